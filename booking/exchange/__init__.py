"""Foreign worlds at the edge: calendar text in and out."""
