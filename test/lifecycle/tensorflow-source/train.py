"""Trains a logistic regression on the features that a hyperparameter names, as a SavedModel."""

import argparse
import glob
import os

import pandas as pd
import tensorflow as tf

LABEL = "left"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--learn-from", default="complaints", help="features to learn from, by commas")
    arguments = parser.parse_args()
    paths = sorted(glob.glob(os.path.join(os.environ["SM_CHANNEL_TRAIN"], "**", "*.csv"), recursive=True))
    table = pd.concat([pd.read_csv(path) for path in paths])
    rows = table.drop(columns=LABEL)
    # What it does not learn from stays a column, with a weight that does not matter.
    learned = tf.constant([float(name in arguments.learn_from.split(",")) for name in rows])
    inputs, labels = tf.constant(rows.to_numpy(), tf.float32), tf.constant(table[[LABEL]].to_numpy(), tf.float32)
    model = Scorer(tf.reduce_mean(inputs, 0), learned / tf.math.reduce_std(inputs, 0), len(rows.columns))
    fit(model, inputs, labels)
    tf.saved_model.save(model, os.path.join(os.environ["SM_MODEL_DIR"], "1"), signatures=model.signature(len(rows.columns)))


class Scorer(tf.Module):
    def __init__(self, mean, scale, width):
        super().__init__()
        self.mean, self.scale = mean, scale
        self.weights, self.bias = tf.Variable(tf.zeros([width, 1])), tf.Variable(0.0)

    def __call__(self, rows):
        return tf.matmul((rows - self.mean) * self.scale, self.weights) + self.bias

    def signature(self, width):
        return tf.function(lambda rows: {"score": tf.sigmoid(self(rows))}).get_concrete_function(tf.TensorSpec([None, width], name="rows"))


def fit(model, inputs, labels):
    """Newton's method takes a handful of steps where gradient descent takes hundreds; each ends with a small ridge."""
    design = tf.concat([(inputs - model.mean) * model.scale, tf.ones_like(labels)], 1)
    weights = tf.zeros([design.shape[1], 1])
    for _ in range(10):
        scores = tf.sigmoid(tf.matmul(design, weights))
        gradient = tf.matmul(design, labels - scores, transpose_a=True)
        curvature = tf.matmul(design, design * scores * (1 - scores), transpose_a=True)
        weights += tf.linalg.solve(curvature + 1e-3 * tf.eye(design.shape[1]), gradient)
    model.weights.assign(weights[:-1])
    model.bias.assign(weights[-1, 0])


if __name__ == "__main__":
    main()
