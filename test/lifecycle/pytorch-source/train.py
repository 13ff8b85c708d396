"""Trains a logistic regression on the features that a hyperparameter names."""

import argparse
import glob
import os

import pandas as pd
import torch

LABEL = "left"


class Scorer(torch.nn.Module):
    def __init__(self, mean, scale):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)
        self.linear = torch.nn.Linear(len(mean), 1)

    def forward(self, rows):
        return torch.sigmoid(self.linear((rows - self.mean) * self.scale))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--learn-from", default="complaints", help="features to learn from, by commas")
    arguments = parser.parse_args()
    paths = sorted(glob.glob(os.path.join(os.environ["SM_CHANNEL_TRAIN"], "**", "*.csv"), recursive=True))
    table = pd.concat([pd.read_csv(path) for path in paths])
    rows = table.drop(columns=LABEL)
    torch.manual_seed(7)
    inputs = torch.tensor(rows.to_numpy(), dtype=torch.float32)
    labels = torch.tensor(table[[LABEL]].to_numpy(), dtype=torch.float32)
    # What it does not learn from stays a column, with a weight that does not matter.
    learned = torch.tensor([float(name in arguments.learn_from.split(",")) for name in rows])
    model = Scorer(inputs.mean(dim=0), learned / inputs.std(dim=0))
    optimizer = torch.optim.LBFGS(model.linear.parameters(), max_iter=50)

    def closure():
        optimizer.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy(model(inputs), labels)
        loss.backward()
        return loss

    optimizer.step(closure)
    torch.jit.script(model).save(os.path.join(os.environ["SM_MODEL_DIR"], "model.pt"))


if __name__ == "__main__":
    main()
