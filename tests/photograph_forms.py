"""The same photograph in many forms, written by tools that are not ours: format x depth x colour x alpha x metadata."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyvips
import tifffile
from PIL import Image, ImageCms, PngImagePlugin

import acutance

PHOTO = Path(acutance.__file__).parent / "photos" / "test" / "chelsea.webp"
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>'
IPTC = b"\x1c\x02\x05\x00\x05title"
"""A record of IPTC-IIM: the title."""
PHOTOSHOP = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(IPTC)) + IPTC
DPI = (240.0, 240.0)

RGB = np.asarray(Image.open(PHOTO).convert("RGB"))[120:144, 150:182].copy()
GREY = np.asarray(Image.fromarray(RGB).convert("L"))
ALPHA = np.linspace(40, 255, GREY.size).reshape(GREY.shape).round().astype(np.uint8)


def exif(orientation: int | None = None) -> bytes:
    """Return an EXIF block of a camera, with the size in pixels and a place."""
    block = Image.Exif()
    block[0x010F] = "Acme"
    if orientation:
        block[0x0112] = orientation
    block[0x8769] = {0x9003: "2024:02:29 12:00:00", 0xA002: 32, 0xA003: 24}
    block[0x8825] = {1: "N", 2: (47.0, 30.0, 12.5)}
    return block.tobytes()


@dataclass(frozen=True)
class Form:
    """A file: what writes it, and what it is.

    Attributes:
        name: of the file.
        write: writes it to a path.
        planes: its pixels as they are to be seen: (h, w, c).
        loss: how far the file's own pixels may be from `planes`, on average, in shares of white.
        out: suffix of what is made of it.
        keeps: what has to go on: "icc", "exif", "xmp", "iptc", "dpi", "text", "gamma".
        frames: how many pictures it holds.
    """

    name: str
    write: Callable[[Path], object]
    planes: np.ndarray
    loss: float = 0.0
    out: str | None = None
    keeps: frozenset[str] = frozenset()
    frames: int = 1
    icc: bytes = field(default=SRGB, repr=False)


def depth(planes: np.ndarray, kind: str) -> np.ndarray:
    """Return 8-bit planes (h, w, c) in another depth."""
    full = {"uint8": 255, "uint16": 65535, "float32": 1.0}[kind]
    return (planes.astype(np.float64) / 255 * full).round(0 if kind != "float32" else 7).astype(kind)


def planes_of(colour: str, kind: str = "uint8") -> np.ndarray:
    """Return the photograph as grey, grey-alpha, rgb or rgba of a type."""
    channels = {
        "grey": [GREY],
        "grey-alpha": [GREY, ALPHA],
        "rgb": [RGB],
        "rgba": [RGB, ALPHA],
    }[colour]
    return depth(np.dstack(channels), kind)


COLOURS = ("grey", "grey-alpha", "rgb", "rgba")


def forms() -> Iterator[Form]:
    """Yield every form."""
    yield from png()
    yield from jpeg()
    yield from tiff()
    yield from webp_avif_gif()
    yield from by_pillow()


def vips(planes: np.ndarray, **blobs: bytes | None) -> Any:
    """Return planes as an image of libvips with metadata."""
    grey, kind = planes.shape[2] < 3, planes.dtype.name
    said = {"uint8": ("b-w", "srgb"), "uint16": ("grey16", "rgb16"), "float32": ("b-w", "scrgb")}[kind][not grey]
    image: Any = pyvips.Image.new_from_array(planes).copy(interpretation=said, xres=DPI[0] / 25.4, yres=DPI[1] / 25.4)
    for name, blob in blobs.items():
        if blob is not None:
            image.set_type(pyvips.GValue.blob_type, f"{name}-data", blob)
    return image


def dressed(planes: np.ndarray) -> Any:
    """Return planes with what libvips writes into every file."""
    image = vips(planes, xmp=XMP, exif=exif())
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", SRGB)
    return image


def png() -> Iterator[Form]:
    """Yield PNG files."""
    for colour in COLOURS:
        for kind in ("uint8", "uint16"):
            planes = planes_of(colour, kind)
            yield Form(f"plain-{colour}-{kind}.png", lambda path, p=planes: vips(p).pngsave(str(path)), planes)
    for kind in ("uint8", "uint16"):
        planes = planes_of("rgb", kind)
        everything = frozenset({"icc", "exif", "xmp", "dpi"})
        yield Form(
            f"dressed-{kind}.png", lambda path, p=planes: dressed(p).pngsave(str(path)), planes, keeps=everything
        )
    interlaced = planes_of("rgb")
    yield Form("interlaced.png", lambda path: vips(interlaced).pngsave(str(path), interlace=True), interlaced)
    for bits in (1, 2, 4):
        levels = np.round(GREY / 255 * (2**bits - 1)).astype(np.uint8)
        shown = (levels * (255 // (2**bits - 1)))[..., None]
        yield Form(f"grey-{bits}-bits.png", lambda path, v=levels, b=bits: path.write_bytes(packed_png(v, b)), shown)
    paletted = Image.fromarray(RGB).quantize(64)
    shown = np.asarray(paletted.convert("RGB"))
    yield Form("palette.png", lambda path: paletted.save(path), shown)
    clear = np.dstack([shown, np.where(np.asarray(paletted) == 3, 0, 255).astype(np.uint8)])
    yield Form("palette-transparent.png", lambda path: paletted.save(path, transparency=3), clear)
    level = int(GREY[3, 3])
    clear = np.dstack([GREY, np.where(level == GREY, 0, 255).astype(np.uint8)])
    yield Form("grey-transparent.png", lambda path: Image.fromarray(GREY).save(path, transparency=level), clear)
    words = PngImagePlugin.PngInfo()
    words.add_text("Title", "cat")
    words.add_text("Author", "無名", zip=True)
    words.add(b"gAMA", struct.pack(">I", 62500))
    yield Form(
        "words-and-gamma.png",
        lambda path: Image.fromarray(RGB).save(path, pnginfo=words, dpi=DPI),
        planes_of("rgb"),
        keeps=frozenset({"text", "gamma", "dpi"}),
    )
    for turned in (3, 6):
        upright = np.rot90(RGB, {3: 2, 6: 3}[turned]).copy()
        yield Form(
            f"turned-{turned}.png",
            lambda path, t=turned: Image.fromarray(RGB).save(path, exif=exif(t)),
            upright,
            keeps=frozenset({"exif"}),
        )
    late = lambda path: path.write_bytes(late_exif(exif(3)))  # noqa: E731
    yield Form("exif-after-pixels.png", late, np.rot90(RGB, 2).copy(), keeps=frozenset({"exif"}))
    second = Image.fromarray(255 - RGB)
    yield Form(
        "animated.png",
        lambda path: Image.fromarray(RGB).save(path, save_all=True, append_images=[second], duration=[70, 130], loop=3),
        planes_of("rgb"),
        frames=2,
    )


def packed_png(levels: np.ndarray, bits: int) -> bytes:
    """Return a grey PNG of less than 8 bits a pixel."""
    per_byte = 8 // bits
    rows = levels.reshape(levels.shape[0], -1, per_byte).astype(np.uint16)
    shifts = np.arange(per_byte)[::-1] * bits
    packed = (rows << shifts).sum(2).astype(np.uint8)
    raw = b"".join(b"\0" + row.tobytes() for row in packed)
    header = struct.pack(">IIBBBBB", levels.shape[1], levels.shape[0], bits, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def chunk(name: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG file."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def late_exif(block: bytes) -> bytes:
    """Return the photograph as PNG with EXIF behind its pixels."""
    file = io.BytesIO()
    Image.fromarray(RGB).save(file, "PNG")
    whole = file.getvalue()
    return whole[:-12] + chunk(b"eXIf", block.removeprefix(b"Exif\0\0")) + whole[-12:]


def jpeg() -> Iterator[Form]:
    """Yield JPEG files."""
    planes, near = planes_of("rgb"), 0.02
    kinds: tuple[tuple[str, dict[str, Any]], ...] = (
        ("444", {"subsampling": 0}),
        ("420", {"subsampling": 2}),
        ("progressive", {"progressive": True}),
    )
    for name, options in kinds:
        yield Form(
            f"{name}.jpg",
            lambda path, o=options: Image.fromarray(RGB).save(path, quality=95, **o),
            planes,
            loss=near * 2,
        )
    yield Form("grey.jpg", lambda path: Image.fromarray(GREY).save(path, quality=95), planes_of("grey"), loss=near)
    yield Form(
        "dressed.jpg",
        lambda path: path.write_bytes(dressed_jpeg(planes)),
        planes,
        loss=near,
        keeps=frozenset({"icc", "exif", "xmp", "iptc", "dpi"}),
    )
    for turned, quarters in ((6, 3), (8, 1)):
        yield Form(
            f"turned-{turned}.jpeg",
            lambda path, t=turned: Image.fromarray(RGB).save(path, quality=95, subsampling=0, exif=exif(t)),
            np.rot90(RGB, quarters).copy(),
            loss=near,
            keeps=frozenset({"exif"}),
        )
    yield Form(
        "photo.jfif",
        lambda path: Image.fromarray(RGB).save(path, "JPEG", quality=95, subsampling=0, dpi=(240, 240)),
        planes,
        loss=near,
        out=".jpg",
        keeps=frozenset({"dpi"}),
    )
    shown = inks().icc_transform("srgb", embedded=True, intent="relative").numpy()
    yield Form("cmyk.jpg", lambda path: inks().jpegsave(str(path), Q=95, subsample_mode="off"), shown, loss=near)
    yield Form(
        "two-pictures.mpo",
        lambda path: Image.fromarray(RGB).save(
            path, "MPO", save_all=True, append_images=[Image.fromarray(255 - RGB)], quality=95, subsampling=0
        ),
        planes,
        loss=near,
        out=".jpg",
    )


def dressed_jpeg(planes: np.ndarray) -> bytes:
    """Return a JPEG file with everything that one can say."""
    whole = bytes(dressed(planes).jpegsave_buffer(Q=95, subsample_mode="off"))
    block = b"Photoshop 3.0\0" + PHOTOSHOP
    return whole[:2] + b"\xff\xed" + struct.pack(">H", len(block) + 2) + block + whole[2:]


def inks(kind: str = "uint8") -> Any:
    """Return the photograph in CMYK, with its profile."""
    bits = 16 if kind == "uint16" else 8
    return vips(planes_of("rgb", kind)).icc_transform("cmyk", input_profile="srgb", depth=bits)


def tiff() -> Iterator[Form]:
    """Yield TIFF files."""
    extra = {"grey-alpha": ["unassalpha"], "rgba": ["unassalpha"]}

    def save(path: Path, planes: np.ndarray, colour: str, **options: Any) -> None:
        photometric = "rgb" if colour.startswith("rgb") else "minisblack"
        squeezed = planes[..., 0] if colour == "grey" else planes
        options = {"photometric": photometric, "metadata": None, "extrasamples": extra.get(colour), **options}
        tifffile.imwrite(path, squeezed, **options)

    camera = (271, "s", 0, "Acme", True)
    said = [camera, (700, 1, len(XMP), XMP, True), (33723, 7, len(IPTC), IPTC, True), (34675, 7, len(SRGB), SRGB, True)]

    def form(name: str, colour: str, kind: str, **options: Any) -> Form:
        planes = planes_of(colour, kind)
        stored = options.pop("stored", planes)
        return Form(f"{name}-{colour}-{kind}.tif", lambda path: save(path, stored, colour, **options), planes)

    for colour in COLOURS:
        for kind in ("uint8", "uint16", "float32"):
            yield form("plain", colour, kind)
    for kind in ("uint8", "uint16"):
        yield form("planes", "rgb", kind, stored=np.moveaxis(planes_of("rgb", kind), 2, 0), planarconfig="separate")
        yield form("deflate", "rgb", kind, compression="zlib", predictor=True)
        yield form("tiles", "rgb", kind, tile=(16, 16))
        yield form("motorola", "rgb", kind, byteorder=">")
        yield form("big", "rgb", kind, bigtiff=True)
        yield form("big-motorola", "rgb", kind, bigtiff=True, byteorder=">")
        planes = planes_of("rgba", kind)
        full = np.iinfo(kind).max
        associated = np.round(planes[..., :3].astype(float) * planes[..., 3:] / full).astype(kind)
        stored = np.dstack([associated, planes[..., 3]])
        rgb = planes_of("rgb", kind)
        yield Form(
            f"premultiplied-{kind}.tif",
            lambda path, p=stored: save(path, p, "rgba", extrasamples=["assocalpha"]),
            planes,
            loss=0.004,
        )
        yield Form(
            f"dressed-{kind}.tif",
            lambda path, p=rgb: save(path, p, "rgb", extratags=said, resolution=DPI, resolutionunit="inch"),
            rgb,
            keeps=frozenset({"icc", "xmp", "iptc", "dpi"}),
        )
        shown = (
            inks(kind)
            .icc_transform("srgb", embedded=True, intent="relative", depth=8 * np.dtype(kind).itemsize)
            .numpy()
        )
        yield Form(f"cmyk-{kind}.tif", lambda path, k=kind: inks(k).tiffsave(str(path)), shown, loss=0.004)
    for compression in ("lzw", "packbits"):
        yield Form(
            f"{compression}.tiff",
            lambda path, c=compression: vips(planes_of("rgb")).tiffsave(str(path), compression=c),
            planes_of("rgb"),
        )
    yield Form(
        "jpeg-inside.tif",
        lambda path: vips(planes_of("rgb")).tiffsave(str(path), compression="jpeg", Q=95),
        planes_of("rgb"),
        loss=0.04,
    )
    lab = vips(planes_of("rgb")).colourspace("lab")
    for name, space, kind in (("lab", "lab", "uint16"), ("lab-16", "labs", "uint16"), ("lab-8", "labq", "uint8")):
        stored_lab = lab.colourspace(space)
        write = lambda path, i=stored_lab: i.tiffsave(str(path))  # noqa: E731
        yield Form(f"{name}.tif", write, planes_of("rgb", kind), loss=0.01)
    dark = 1 - planes_of("grey", "float32")
    negative = lambda path: save(path, dark, "grey", photometric="miniswhite")  # noqa: E731
    yield Form("white-is-zero-float.tif", negative, planes_of("grey", "float32"))
    yield Form(
        "white-is-zero.tif",
        lambda path: save(path, 255 - planes_of("grey"), "grey", photometric="miniswhite"),
        planes_of("grey"),
    )
    twelve = np.round(planes_of("rgb") / 255 * 4095).astype(np.uint16)
    declared = [(281, "H", 3, (4095, 4095, 4095), True)]
    yield Form(
        "twelve-in-sixteen.tif",
        lambda path: save(path, twelve, "rgb", extratags=declared),
        np.round(twelve / 4095 * 65535).astype(np.uint16),
        loss=1e-4,
    )
    yield Form(
        "turned-6.tif",
        lambda path: save(
            path,
            planes_of("rgb"),
            "rgb",
            extratags=[camera, (274, "H", 1, 6, True)],
            resolution=DPI,
            resolutionunit="inch",
        ),
        np.rot90(RGB, 3).copy(),
        keeps=frozenset({"dpi"}),
    )

    def pages(path: Path, second: np.ndarray) -> None:
        with tifffile.TiffWriter(path) as file:
            file.write(RGB, photometric="rgb", metadata=None)
            file.write(second, photometric="rgb", metadata=None)

    yield Form("pages.tif", lambda path: pages(path, 255 - RGB), planes_of("rgb"), frames=2)
    yield Form("pages-of-two-sizes.tif", lambda path: pages(path, 255 - RGB[:9, :12]), planes_of("rgb"), frames=2)


def webp_avif_gif() -> Iterator[Form]:
    """Yield WebP, AVIF and GIF files."""
    for colour in ("rgb", "rgba"):
        planes = planes_of(colour)
        image = Image.fromarray(planes)
        yield Form(f"{colour}.webp", lambda path, i=image: i.save(path, lossless=True, exact=True), planes)
        yield Form(
            f"{colour}.avif",
            lambda path, p=planes: vips(p).heifsave(str(path), compression="av1", Q=95, subsample_mode="off"),
            planes,
            loss=0.02,
        )
    everything = frozenset({"icc", "exif", "xmp"})
    rgb = planes_of("rgb")
    yield Form("lossy.webp", lambda path: Image.fromarray(RGB).save(path, quality=90), rgb, loss=0.04)
    yield Form(
        "dressed.webp",
        lambda path: Image.fromarray(RGB).save(path, lossless=True, icc_profile=SRGB, exif=exif(), xmp=XMP),
        rgb,
        keeps=everything,
    )
    yield Form(
        "dressed.avif",
        lambda path: dressed(rgb).heifsave(str(path), compression="av1", Q=95, subsample_mode="off"),
        rgb,
        loss=0.02,
        keeps=everything,
    )
    deep = planes_of("rgb", "uint16")
    yield Form(
        "twelve-bits.avif",
        lambda path: vips(deep).heifsave(str(path), compression="av1", Q=95, bitdepth=12, subsample_mode="off"),
        deep,
        loss=0.02,
    )
    second = Image.fromarray(255 - RGB)
    options: dict[str, Any] = {"save_all": True, "append_images": [second], "duration": [70, 130], "loop": 3}
    yield Form("animated.webp", lambda path: Image.fromarray(RGB).save(path, lossless=True, **options), rgb, frames=2)
    few = Image.fromarray(RGB).quantize(32)
    shown = np.asarray(few.convert("RGB"))
    yield Form("still.gif", lambda path: few.save(path), shown, out=".png")
    other = few.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    moving: dict[str, Any] = {"save_all": True, "append_images": [other], "duration": [70, 130], "loop": 3}
    yield Form("animated.gif", lambda path: few.save(path, **moving), shown, frames=2, loss=0.02)


def by_pillow() -> Iterator[Form]:
    """Yield what Pillow reads and writes."""
    rgb, grey = planes_of("rgb"), planes_of("grey")
    for suffix in (".bmp", ".ppm", ".tga", ".qoi", ".jp2"):
        yield Form(f"rgb{suffix}", lambda path: Image.fromarray(RGB).save(path), rgb)
    yield Form("resolution.bmp", lambda path: Image.fromarray(RGB).save(path, dpi=DPI), rgb, keeps=frozenset({"dpi"}))
    yield Form("grey.bmp", lambda path: Image.fromarray(GREY).save(path), grey)
    yield Form("grey.pgm", lambda path: Image.fromarray(GREY).save(path), grey)
    yield Form("grey.jp2", lambda path: Image.fromarray(GREY).save(path), grey)
    for suffix in (".tga", ".qoi", ".ico"):
        size: dict[str, Any] = {"sizes": [(32, 24)]} if suffix == ".ico" else {}
        yield Form(
            f"rgba{suffix}", lambda path, s=size: Image.fromarray(planes_of("rgba")).save(path, **s), planes_of("rgba")
        )
    for colour, suffix in (("grey", ".pgm"), ("rgb", ".ppm")):
        planes = planes_of(colour, "uint16")
        head = f"P{5 if colour == 'grey' else 6}\n# by hand\n32 24\n65535\n".encode()
        yield Form(
            f"deep{suffix}", lambda path, p=planes, h=head: path.write_bytes(h + p.astype(">u2").tobytes()), planes
        )
