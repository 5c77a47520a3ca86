"""foreshot is a program; this package lets `python -m foreshot` find it."""
