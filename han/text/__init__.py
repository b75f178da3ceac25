"""From text to integer arrays. No TensorFlow here."""
