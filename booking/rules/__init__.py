"""Pure rules of booking: plain values in, refusals with evidence out."""
