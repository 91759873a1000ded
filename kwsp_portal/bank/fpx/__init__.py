"""FPX 7.0, the seller's and the bank's side of the protocol: messages, signatures, codes, and the seller's client.

Source of the field strings and addresses: facts on FPX (Jagdish-J-P/fpx-payment, paynet.my), section 9.2 of the
project's collection. Lengths of fields are assumed: no public document states them.
"""
