"""Rules about contributions. Pure; they know no framework.

Read them in this order: `regime` (the law of a wage month), `category` (which Part), `bands` (the rows of the schedule and exact
percentages), `schedule` (the shares; the door for everybody else), `steps` (why), `mistakes` (what a file may have done instead).
"""
