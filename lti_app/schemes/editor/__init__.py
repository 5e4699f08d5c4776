"""The coordinators' editor: drafts of schemes, changed by plain forms, compared, tried out and published.

`sections.py` (with `*_parts.py`) describes the language of a scheme's file once, as data made of the parts
of `outline.py`. Everything else goes through that description: showing a form, reading it back, adding and
moving what stands in lists, telling a version in words. What the file can say, the editor can therefore say.
"""
