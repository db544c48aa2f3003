"""Netlet in Python: the kernel's program, and colours for its language."""
