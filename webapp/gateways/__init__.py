"""The world outside, one module a kind: a Protocol, the real thing, and what stands for it in the demonstration."""
