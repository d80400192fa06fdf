"""Tests of the room of insight."""
