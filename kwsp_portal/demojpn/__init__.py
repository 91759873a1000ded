"""The register of the demonstration: made-up holders of identity numbers, and faults to switch on."""
