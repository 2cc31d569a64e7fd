"""What makes a layer, what rebuilds it and what it leaves behind."""
