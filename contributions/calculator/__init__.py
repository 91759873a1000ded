"""The calculator of shares: text in, shares and reasons out, the same for the page, the pasted list and the API. It stores nothing.

Read in this order: `values` (one text as one value), `reckoning` (a question about one employee and its answer), `typed` (what people type,
made strict), `pasted` (a list from a spreadsheet), `address` (several employees as part of an address), `several` (a list reckoned),
`export` (CSV).
"""
