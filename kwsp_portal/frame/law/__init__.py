"""The register of law: every number of law that the portal knows, with its dates, source and the places that use it.

`places` says where a law is used, `register` makes the lines, `words` says values, `document` writes docs/register-of-law.md, `views` shows it.
"""
