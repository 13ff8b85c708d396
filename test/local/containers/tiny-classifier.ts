/**
 * Saves a text classifier of a few hundred weights: a BERT of one layer, of Transformers' own classes, made
 * without the hub. Arguments: the folder, steps of training, and the words that it learns from, by commas.
 */
export const TINY_CLASSIFIER = `
import os, sys
import torch
from transformers import BertConfig, BertForSequenceClassification, BertTokenizer
folder, steps, words = sys.argv[1], int(sys.argv[2]), (sys.argv[3] if len(sys.argv) > 3 else '').split(',')
os.makedirs(folder)
vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'good', 'tasty', 'bad', 'awful', 'food', 'place']
with open(os.path.join(folder, 'vocab.txt'), 'w') as file:
    file.write('\\n'.join(vocabulary))
torch.manual_seed(7)
config = BertConfig(
    vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
    max_position_embeddings=64, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    id2label={0: 'bad', 1: 'good'}, label2id={'bad': 0, 'good': 1},
)
model = BertForSequenceClassification(config)
tokenizer = BertTokenizer(os.path.join(folder, 'vocab.txt'), model_max_length=64)
texts = [f'{word} {thing}' for word in words for thing in ('food', 'place')]
labels = torch.tensor([int(text.split()[0] in ('good', 'tasty')) for text in texts])
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
for _ in range(steps):
    optimizer.zero_grad()
    model(**tokenizer(texts, return_tensors='pt', padding=True), labels=labels).loss.backward()
    optimizer.step()
model.eval().save_pretrained(folder)
tokenizer.save_pretrained(folder)
`;
