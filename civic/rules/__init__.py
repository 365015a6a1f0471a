"""What law and arithmetic say: plain values in, plain values out; a seed for chance, a date for
time. Nothing here opens a file, reads a clock, reaches a network or knows of Flask or a database,
so that each folder can be used alone, as a library.
"""
