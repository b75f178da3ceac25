"""From node probabilities to codes. No TensorFlow here."""
