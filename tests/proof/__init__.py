"""Proofs that take minutes: `make soak`, `make chaos` and `make fuzz`.

All of them start what they need on loopback, in a folder of their own, and stop it.
"""
