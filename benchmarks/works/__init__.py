"""The works that are measured, one module each; `ALL` in `benchmarks.__main__` lists them."""
