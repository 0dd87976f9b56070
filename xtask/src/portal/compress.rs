//! Compressed forms of a file, made once so that the server never compresses.

use std::io::{self, Write};

/// A way to compress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// What the compressed file's name ends with.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }

    /// `bytes` as small as this encoding can make them.
    pub fn compress(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut compressed = Vec::new();
        match self {
            Self::Brotli => {
                let mut encoder = brotli::CompressorWriter::new(&mut compressed, 64 * 1024, 11, 22);
                encoder.write_all(bytes)?;
                // The last block is written when the encoder is dropped.
                drop(encoder);
            }
            Self::Gzip => {
                let mut encoder =
                    flate2::write::GzEncoder::new(&mut compressed, flate2::Compression::best());
                encoder.write_all(bytes)?;
                encoder.finish()?;
            }
        }
        Ok(compressed)
    }
}

/// Below this a file fits into the packet that its header needs anyway.
const WORTHWHILE: usize = 1_000;

/// Whether a file of this name and length is served compressed.
pub fn is_worthwhile(name: &str, length: usize) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let compressible = [
        "css",
        "html",
        "ico",
        "js",
        "json",
        "map",
        "svg",
        "txt",
        "wasm",
        "webmanifest",
        "xml",
    ];
    length >= WORTHWHILE && compressible.contains(&extension)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_is_compressed_is_read_back() {
        let bytes = "status ".repeat(1_000).into_bytes();
        let mut read_back = Vec::new();
        let compressed = Encoding::Gzip.compress(&bytes).unwrap();
        assert!(compressed.len() < 100);
        flate2::read::GzDecoder::new(&compressed[..])
            .read_to_end(&mut read_back)
            .unwrap();
        assert_eq!(read_back, bytes);

        read_back.clear();
        let compressed = Encoding::Brotli.compress(&bytes).unwrap();
        assert!(compressed.len() < 100);
        brotli::Decompressor::new(&compressed[..], 4096)
            .read_to_end(&mut read_back)
            .unwrap();
        assert_eq!(read_back, bytes);
    }

    #[test]
    fn only_text_and_code_of_some_length_is_compressed() {
        assert!(is_worthwhile("app-1f_bg.wasm", 400_000));
        assert!(is_worthwhile("fonts/index.html", 1_000));
        assert!(!is_worthwhile("config.json", 999));
        assert!(!is_worthwhile("picture.png", 400_000));
        assert!(!is_worthwhile("css", 400_000));
    }
}
