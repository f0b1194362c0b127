"""Issue 2 loses nothing that its original linked or named.

Titles, names and addresses are facts of the original, in its order; tracking parts of addresses
(`sf=`, `wt.mc_id=`, `s=20`) are left out.
"""

from __future__ import annotations

import pytest
from conftest import ROOT

from scripts.book.model import Item, Page
from scripts.book.read import read

ISSUE: Page = next(i for i in read(ROOT)[0].issues if i.front["issue"] == 2)
ITEMS: dict[str, Item] = {item.anchor.removeprefix("i002-"): item for item in ISSUE.items}

ADDRESSES = {
    "uncertainty-under-shift": [
        "https://arxiv.org/abs/1906.02530",
        "https://ai.googleblog.com/2020/01/can-you-trust-your-models-uncertainty.html",
    ],
    "systematic-generalization": [
        "https://www.semanticscholar.org/paper/Systematic-Generalization%3A-What-Is-Required-and-Can-Bahdanau-Murty/6c7494a47cc5421a7b636c244e13586dc2dab007",
        "https://arxiv.org/abs/1909.01860",
    ],
    "reformer": [
        "https://ai.googleblog.com/2020/01/reformer-efficient-transformer.html",
        "https://en.wikipedia.org/wiki/Locality-sensitive_hashing",
        "https://colab.research.google.com/github/google/trax/blob/master/trax/models/reformer/image_generation.ipynb",
    ],
    "distancenet": [
        "https://arxiv.org/abs/2001.04362",
    ],
    "electra": [
        "https://openreview.net/forum?id=r1xMH1BtvB",
    ],
    "attribution-baselines": [
        "https://distill.pub/2020/attribution-baselines/",
        "https://medium.com/@kartikeyabhardwaj98/integrated-gradients-for-deep-neural-networks-c114e3968eae",
    ],
    "sentiment-mismatch": [
        "https://ieeexplore.ieee.org/abstract/document/8952437",
    ],
    "dopamine-distributional-rl": [
        "https://deepmind.com/blog/article/Dopamine-and-temporal-difference-learning-A-fruitful-relationship-between-neuroscience-and-AI",
    ],
    "protein-folding": [
        "https://deepmind.com/blog/article/AlphaFold-Using-AI-for-scientific-discovery",
        "https://en.wikipedia.org/wiki/Protein_folding",
    ],
    "machine-art": [
        "https://www.youtube.com/watch?v=I-EIVlHvHRM",
    ],
    "adaptive-tutoring": [
        "https://engineering.stanford.edu/magazine/article/emma-brunskill-amped-education-ai",
    ],
    "model-serving": [
        "https://medium.com/pytorch/how-to-build-production-software-with-pytorch-9a8725382f2a",
    ],
    "vizseq": [
        "https://ai.facebook.com/blog/vizseq-a-visual-analysis-toolkit-for-accelerating-text-generation-research/",
        "https://www.aclweb.org/anthology/D19-3043.pdf",
    ],
    "streaming-asr": [
        "https://ai.facebook.com/blog/online-speech-recognition-with-wav2letteranywhere/",
    ],
    "face-recognition-ban": [
        "https://www.reuters.com/article/us-eu-ai/eu-mulls-five-year-ban-on-facial-recognition-tech-in-public-areas-idUSKBN1ZF2QL",
    ],
    "energy-costs": [
        "https://arxiv.org/abs/1906.02243",
    ],
    "fairness-solutionism": [
        "https://c4ejournal.net/2020/01/16/zack-lipton-fairness-interpretability-and-the-dangers-of-solutionism-ethics-of-ai-in-context2020-c4ej-2/",
    ],
    "open-sourcing-ml": [
        "https://twitter.com/Thom_Wolf/status/1216990543533821952",
    ],
    "self-supervised-vision": [
        "https://www.fast.ai/2020/01/13/self_supervised/",
    ],
    "tinybert-search": [
        "https://medium.com/huggingface/distilbert-8cf3380435b5",
        "https://nervanasystems.github.io/distiller/knowledge_distillation.html",
        "https://github.com/huawei-noah/Pretrained-Language-Model/tree/master/TinyBERT",
        "https://towardsdatascience.com/tinybert-for-search-10x-faster-and-20x-smaller-than-bert-74cd1b6b5aec",
        "https://www.blog.google/products/search/search-language-understanding-bert/",
    ],
    "active-transfer-learning": [
        "https://medium.com/pytorch/https-medium-com-robert-munro-active-learning-with-pytorch-2f3ee8ebec",
        "https://www.manning.com/books/human-in-the-loop-machine-learning",
    ],
    "dark-secrets-of-bert": [
        "https://text-machine-lab.github.io/blog/2020/bert-secrets/",
    ],
    "neural-nets-for-nlp": [
        "https://www.youtube.com/playlist?list=PL8PYTP1V4I8CJ7nMxMC8aXv8WqKYwj-aJ",
    ],
    "deepmath": [
        "https://www.youtube.com/playlist?list=PLWQvhvMdDChzsThHFe4lYAff3pu2m0v2H",
    ],
    "python-it-automation": [
        "https://blog.google/outreach-initiatives/grow-with-google/new-certificate-help-people-grow-careers",
        "https://www.coursera.org/professional-certificates/google-it-automation",
    ],
    "audio-deep-learning": [
        "https://www.youtube.com/watch?v=fMqL5vckiU0&list=PL-wATfeyAMNrtbkCNsLcpoAyBBRJZVlnf",
    ],
    "private-learning": [
        "https://github.com/OpenMined/PySyft/tree/master/examples/tutorials",
    ],
    "deep-learning-history": [
        "https://www.youtube.com/watch?v=0VH1Lim8gL8",
    ],
    "study-groups": [
        "https://twitter.com/__MLT__",
        "https://www.nightai.co/",
    ],
    "rl-landscape": [
        "https://note.microsoft.com/MSR-Webinar-RL-Algorithm-to-Adoption-Registration-Live.html",
    ],
    "resnet18-cifar10": [
        "https://gist.github.com/y0ast/d91d09565462125a1eb75acc65da1469",
    ],
    "pytorch-1-4": [
        "https://github.com/pytorch/pytorch/releases/tag/v1.4.0",
    ],
    "optical-music-recognition": [
        "https://medium.com/@e.shatri1/what-is-optical-music-recognition-6515d8a53e01",
    ],
    "bayesian-deep-learning": [
        "https://cims.nyu.edu/~andrewgw/caseforbdl/",
    ],
    "ab-sample-size": [
        "https://chris-said.io/2020/01/10/optimizing-sample-sizes-in-ab-testing-part-I/",
    ],
    "neural-data-server": [
        "https://arxiv.org/abs/2001.02799",
        "http://aidemos.cs.toronto.edu/nds/",
    ],
}

NAMES = {
    "uncertainty-under-shift": ["Deep ensembles"],
    "systematic-generalization": ["ICLR", "modular", "visual question answering", "regularizers"],
    "reformer": ["Reformer", "Transformer", "hash", "reversible"],
    "distancenet": ["DistanceNet", "Bandit", "sentiment"],
    "electra": ["ELECTRA", "token detection", "BERT", "XLNet"],
    "attribution-baselines": ["Distill", "integrated gradients", "baseline", "missing"],
    "sentiment-mismatch": ["sentiment"],
    "dopamine-distributional-rl": ["dopamine"],
    "protein-folding": ["AlphaFold", "protein"],
    "machine-art": ["Refik Anadol", "WIRED"],
    "adaptive-tutoring": ["Russ Altman", "Emma Brunskill", "The Future of Everything"],
    "model-serving": ["Cortex", "PyTorch", "AWS"],
    "vizseq": ["VizSeq", "Facebook", "BLEU", "METEOR"],
    "streaming-asr": ["wav2letter@anywhere", "Facebook"],
    "face-recognition-ban": ["Facial recognition", "EU"],
    "energy-costs": ["energy", "NLP"],
    "fairness-solutionism": ["Zachary Lipton", "University of Toronto", "solutionism"],
    "open-sourcing-ml": ["Thomas Wolf", "Hugging Face"],
    "self-supervised-vision": ["Jeremy Howard", "self-supervised"],
    "tinybert-search": ["DistilBERT", "distilled", "TinyBERT", "Google", "CPU"],
    "active-transfer-learning": ["Monarch", "active transfer learning", "PyTorch"],
    "dark-secrets-of-bert": ["Rogers", "BERT", "sentiment", "inference"],
    "neural-nets-for-nlp": ["Graham Neubig", "Carnegie Mellon", "Neural Nets for NLP"],
    "deepmath": ["DeepMath"],
    "python-it-automation": [
        "Google IT Automation with Python Professional Certificate", "scholarships",
    ],
    "audio-deep-learning": ["Deep Learning (for Audio) with Python", "TensorFlow"],
    "private-learning": ["Andrew Trask", "PyTorch", "beginners"],
    "deep-learning-history": [
        "Lex Fridman", "MIT Deep Learning Series", "perceptrons", "backpropagation",
        "convolutional", "ImageNet", "GANs", "AlphaGo", "Transformers",
    ],
    "study-groups": ["MLT", "nightai"],
    "rl-landscape": ["Katja Hofmann", "webinar", "reinforcement learning"],
    "resnet18-cifar10": ["ResNet-18", "CIFAR-10", "94%", "self-contained"],
    "pytorch-1-4": ["PyTorch 1.4"],
    "optical-music-recognition": ["Elona Shatri", "optical music recognition"],
    "bayesian-deep-learning": ["The case for Bayesian deep learning"],
    "ab-sample-size": ["Chris Said", "A/B test"],
    "neural-data-server": ["Neural Data Server"],
}  # fmt: skip


def text_of(name: str) -> str:
    item = ITEMS[name]
    return "\n".join(ISSUE.text.split("\n")[item.line - 1 : item.end - 1])


def test_the_tables_have_every_item() -> None:
    assert list(NAMES) == list(ITEMS)
    assert set(ADDRESSES) == set(ITEMS)
    assert sum(map(len, ADDRESSES.values())) == 51


@pytest.mark.parametrize("name", NAMES)
def test_item(name: str) -> None:
    """Each address is linked, each name stands in the item of its own."""
    text = text_of(name)
    assert [a for a in ADDRESSES[name] if f"({a})" not in text] == []
    words = " ".join(text.replace("*", "").split()).casefold()
    assert [n for n in NAMES[name] if n.casefold() not in words] == []
