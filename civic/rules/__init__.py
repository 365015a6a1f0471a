"""What law and arithmetic say: plain values in, plain values out; a seed for chance, a date for
time. Nothing here opens a file, reads a clock, reaches a network or knows of Flask or a database,
so that each folder can be used alone, as a library.
"""

import os

# NumPy's own threads share out sums differently from one machine to the next, and the same input
# has to give the same bytes; said before NumPy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
