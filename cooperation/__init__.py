"""The floor: cooperation measures, and the money between municipalities."""
