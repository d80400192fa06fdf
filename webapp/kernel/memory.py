"""Giving memory back to the machine after work that needed much of it for a moment."""

from __future__ import annotations

import ctypes
import gc

_M_ARENA_MAX = -8  # <malloc.h>


def use_one_heap() -> None:
    """Let all threads share one heap, where the C library can be told so (glibc): else each has one, mostly empty."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Return freed memory to the operating system, where the C library can (glibc); elsewhere do nothing.

    Reading all content and building an index free tens of megabytes that the allocator would keep for itself.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
