"""The floor of the portal: pure Python that knows no app and no framework.

`money` rounds and splits, `periods` knows wage months, `clock` says what day it is, `rates` reads numbers of law from dated
files, `explain` and `refusal` are what rules answer with.
"""
