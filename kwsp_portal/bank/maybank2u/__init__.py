"""Maybank2u as a way of its own: the payer goes to Maybank's page with a signed order and comes back; the bank tells the portal itself, too.

No source describes how KWSP and Maybank speak (docs/decisions.md), so this is the smallest protocol with which nothing is credited that the bank
did not say: an order (MR), the same as a question (MS), and the bank's word on it (MC), signed with SHA-256 and the keys of FPX.
"""
