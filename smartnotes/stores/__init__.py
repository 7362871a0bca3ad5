"""Where things are kept: SQL rows, words, vectors, blobs."""
