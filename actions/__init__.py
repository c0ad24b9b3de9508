"""The action server: one module per capability, thin. Facts in, references to texts and events out."""
