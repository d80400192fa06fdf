"""Giving memory back to the machine after work that needed much of it for a moment."""

from __future__ import annotations

import ctypes
import gc


def give_back() -> None:
    """Return freed memory to the operating system, where the C library can (glibc); elsewhere do nothing.

    Reading all content and building an index free tens of megabytes that the allocator would keep for itself.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
