"""The Python API: experiments built and run from a script, as people do it on the canvas.

``studio`` loads each name from its file when it is first used: building an experiment waits for
nothing that packages need.
"""
