"""The screens of the editorial office, as what stands on them."""
