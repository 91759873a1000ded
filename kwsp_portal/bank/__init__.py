"""Ports to banks. FPX is in `fpx`; the bank that answers in the demo is a program of its own (`kwsp_portal.demobank`)."""
