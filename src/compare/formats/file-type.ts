/** File types by their first bytes: the offset, and the bytes (latin1) that must be there. */
const SIGNATURES: readonly { readonly name: string; readonly marks: readonly (readonly [number, string])[] }[] = [
  { name: 'PNG image', marks: [[0, '\x89PNG\r\n\x1a\n']] },
  { name: 'JPEG image', marks: [[0, '\xff\xd8\xff']] },
  { name: 'GIF image', marks: [[0, 'GIF87a']] },
  { name: 'GIF image', marks: [[0, 'GIF89a']] },
  {
    name: 'WebP image',
    marks: [
      [0, 'RIFF'],
      [8, 'WEBP'],
    ],
  },
  { name: 'AVIF image', marks: [[4, 'ftypavif']] },
  { name: 'HEIC image', marks: [[4, 'ftypheic']] },
  { name: 'JPEG XL image', marks: [[0, '\xff\x0a']] },
  { name: 'TIFF image', marks: [[0, 'II*\0']] },
  { name: 'TIFF image', marks: [[0, 'MM\0*']] },
  {
    name: 'BMP image',
    marks: [
      [0, 'BM'],
      [6, '\0\0\0\0'],
    ],
  },
  { name: 'icon', marks: [[0, '\0\0\x01\0']] },
  { name: 'PDF document', marks: [[0, '%PDF-']] },
  { name: 'ZIP archive', marks: [[0, 'PK\x03\x04']] },
  { name: 'ZIP archive', marks: [[0, 'PK\x05\x06']] },
  { name: 'gzip data', marks: [[0, '\x1f\x8b']] },
  { name: 'Zstandard data', marks: [[0, '\x28\xb5\x2f\xfd']] },
  { name: 'bzip2 data', marks: [[0, 'BZh']] },
  { name: 'XZ data', marks: [[0, '\xfd7zXZ\0']] },
  { name: '7z archive', marks: [[0, "7z\xbc\xaf'\x1c"]] },
  { name: 'tar archive', marks: [[257, 'ustar']] },
  { name: 'WOFF font', marks: [[0, 'wOFF']] },
  { name: 'WOFF2 font', marks: [[0, 'wOF2']] },
  { name: 'TrueType font', marks: [[0, '\0\x01\0\0\0']] },
  { name: 'OpenType font', marks: [[0, 'OTTO']] },
  { name: 'MP4 video', marks: [[4, 'ftyp']] },
  { name: 'WebM or Matroska video', marks: [[0, '\x1a\x45\xdf\xa3']] },
  {
    name: 'WAV audio',
    marks: [
      [0, 'RIFF'],
      [8, 'WAVE'],
    ],
  },
  { name: 'MP3 audio', marks: [[0, 'ID3']] },
  { name: 'FLAC audio', marks: [[0, 'fLaC']] },
  { name: 'Ogg stream', marks: [[0, 'OggS']] },
  { name: 'WebAssembly module', marks: [[0, '\0asm']] },
  { name: 'ELF file', marks: [[0, '\x7fELF']] },
  { name: 'SQLite database', marks: [[0, 'SQLite format 3\0']] },
  { name: 'Parquet file', marks: [[0, 'PAR1']] },
  { name: 'Arrow file', marks: [[0, 'ARROW1']] },
  { name: 'Avro file', marks: [[0, 'Obj\x01']] },
];

/** The type of a file by its first bytes; undefined where it is unknown. */
export function fileType(bytes: Buffer): string | undefined {
  return SIGNATURES.find(({ marks }) =>
    marks.every(([offset, mark]) => bytes.toString('latin1', offset, offset + mark.length) === mark),
  )?.name;
}
