"""The toolchain of the publication: ``python -m scripts <verb>``."""
