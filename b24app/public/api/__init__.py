"""The API of integrators, /api/v1: keys, what they may read and write, paging, limits, the description made from the code."""
