"""A provider of SMS and email that sends nothing: it keeps what it took, and can misbehave.

For the demo, tests and measurements. It stands on the standard library alone, and says for itself
how a message, a list and a signature look, so that ours are held against something.
"""
