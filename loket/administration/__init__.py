"""What an administrator changes while the product runs: hours, texts, standard answers, teams, how long things stay."""
