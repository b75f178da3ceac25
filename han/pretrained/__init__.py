"""Pretrained sentence encoders: vectors of sentences from knowledge beyond the data.

A sentence is its cleaned words, joined by spaces, so its vector is a function of
`EncodedTexts` alone. Nothing here downloads anything, and no text leaves the process.
"""
