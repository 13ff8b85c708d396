"""What AWS's TensorFlow inference images until 2.19 serve."""

from tensorflow_image import serving


def load(arguments):
    return serving(arguments, is_strict=False)
