//! Decoded pictures in the form in which they are coded, and their pixels.

use heic::DecodedFrame;
use rav1d_safe::src::managed::{self as av1, ColorRange, PixelLayout, Planes};

use super::conversion::{Coding, Conversion, Subsampling};
use crate::MediaError;
use crate::container::heif::CodePoints;

/// What a decoder made of an item.
pub(super) enum Picture {
    Hevc(Box<DecodedFrame>),
    /// What was put together from pictures.
    Derived(Box<DecodedFrame>),
    Av1(av1::Frame),
}

impl Picture {
    pub(super) fn width(&self) -> u32 {
        match self {
            Self::Hevc(frame) | Self::Derived(frame) => frame.cropped_width(),
            Self::Av1(frame) => frame.width(),
        }
    }

    pub(super) fn height(&self) -> u32 {
        match self {
            Self::Hevc(frame) | Self::Derived(frame) => frame.cropped_height(),
            Self::Av1(frame) => frame.height(),
        }
    }

    /// Colours as the coded picture itself says.
    pub(super) fn code_points(&self) -> CodePoints {
        match self {
            Self::Hevc(frame) | Self::Derived(frame) => CodePoints {
                primaries: frame.color_primaries.into(),
                transfer: frame.transfer_characteristics.into(),
                matrix: frame.matrix_coeffs.into(),
                is_full_range: frame.full_range,
            },
            Self::Av1(frame) => {
                let colours = frame.color_info();
                CodePoints {
                    primaries: colours.primaries as u16,
                    transfer: colours.transfer_characteristics as u16,
                    matrix: colours.matrix_coefficients as u16,
                    is_full_range: colours.color_range == ColorRange::Full,
                }
            }
        }
    }

    fn bit_depth(&self) -> u8 {
        match self {
            Self::Hevc(frame) | Self::Derived(frame) => frame.bit_depth,
            Self::Av1(frame) => frame.bit_depth(),
        }
    }

    /// The decoder of HEVC makes wrong pictures of all but 4:2:0 (heic 0.1.6).
    fn subsampling(&self) -> Result<Subsampling, MediaError> {
        match self {
            Self::Hevc(frame) => match frame.chroma_format {
                0 => Err(MediaError::Unsupported("HEVC without colours".into())),
                1 => Ok(Subsampling::Both),
                2 => Err(MediaError::Unsupported("HEVC of 4:2:2".into())),
                _ => Err(MediaError::Unsupported("HEVC of 4:4:4".into())),
            },
            Self::Derived(frame) => Ok(match frame.chroma_format {
                0 => Subsampling::Monochrome,
                2 => Subsampling::Across,
                3 => Subsampling::None,
                _ => Subsampling::Both,
            }),
            Self::Av1(frame) => Ok(match frame.pixel_layout() {
                PixelLayout::I400 => Subsampling::Monochrome,
                PixelLayout::I420 => Subsampling::Both,
                PixelLayout::I422 => Subsampling::Across,
                PixelLayout::I444 => Subsampling::None,
            }),
        }
    }

    /// Samples of a row of a plane, from `first` on, as many as there is room for.
    fn copy_samples(&self, plane: usize, row: usize, first: usize, samples: &mut [u16]) {
        let area = first..first + samples.len();
        match self {
            Self::Hevc(frame) | Self::Derived(frame) => {
                let (values, stride) = match plane {
                    0 => (&frame.y_plane, frame.y_stride()),
                    1 => (&frame.cb_plane, frame.c_stride()),
                    _ => (&frame.cr_plane, frame.c_stride()),
                };
                copy(
                    values.get(row * stride..).unwrap_or_default(),
                    area,
                    samples,
                );
            }
            Self::Av1(frame) => match frame.planes() {
                Planes::Depth8(planes) => {
                    let view = match plane {
                        0 => Some(planes.y()),
                        1 => planes.u(),
                        _ => planes.v(),
                    };
                    if let Some(view) = view.filter(|view| row < view.height()) {
                        copy(view.row(row), area, samples);
                    }
                }
                Planes::Depth16(planes) => {
                    let view = match plane {
                        0 => Some(planes.y()),
                        1 => planes.u(),
                        _ => planes.v(),
                    };
                    if let Some(view) = view.filter(|view| row < view.height()) {
                        copy(view.row(row), area, samples);
                    }
                }
            },
        }
    }

    /// Where the shown part begins.
    fn origin(&self) -> (usize, usize) {
        match self {
            Self::Hevc(frame) | Self::Derived(frame) => {
                (frame.crop_left as usize, frame.crop_top as usize)
            }
            Self::Av1(_) => (0, 0),
        }
    }
}

fn copy<T: Copy + Into<u16>>(row: &[T], area: std::ops::Range<usize>, samples: &mut [u16]) {
    let values = row.get(area).unwrap_or_default();
    for (sample, &value) in samples.iter_mut().zip(values) {
        *sample = value.into();
    }
}

/// A picture whose rows can be had as pixels.
pub(super) struct Frame {
    picture: Picture,
    subsampling: Subsampling,
    conversion: Conversion,
    luma: Vec<u16>,
    blue: Vec<u16>,
    red: Vec<u16>,
    /// Samples before they are spread over the pixels that share them.
    shared: Vec<u16>,
    /// The row of chroma that is in the buffers.
    chroma_row: Option<usize>,
}

impl Frame {
    /// `said` is what the file says of the picture's colours, which counts before what the picture says.
    pub(super) fn new(picture: Picture, said: Option<CodePoints>) -> Result<Self, MediaError> {
        let own = picture.code_points();
        let subsampling = picture.subsampling()?;
        let coding = Coding {
            bit_depth: picture.bit_depth(),
            subsampling,
            code_points: said.map_or(own, |said| CodePoints {
                // Two means that nothing is said.
                matrix: if said.matrix == 2 {
                    own.matrix
                } else {
                    said.matrix
                },
                ..said
            }),
        };
        let conversion = Conversion::new(coding)?;
        let width = picture.width() as usize;
        Ok(Self {
            picture,
            subsampling,
            luma: vec![0; width],
            blue: vec![conversion.neutral(); width],
            red: vec![conversion.neutral(); width],
            conversion,
            shared: Vec::new(),
            chroma_row: None,
        })
    }

    pub(super) fn picture(&self) -> &Picture {
        &self.picture
    }

    /// A row in red, green and blue; what there is no room for is left out. A pixel takes `BYTES`, of which the first
    /// three are written.
    pub(super) fn write_colours<const BYTES: usize>(&mut self, row: u32, pixels: &mut [u8]) {
        self.read_luma(row);
        self.read_chroma(row);
        let samples = (&*self.luma, &*self.blue, &*self.red);
        self.conversion.write::<BYTES>(samples, pixels);
    }

    /// A row of a picture that says how opaque another one is.
    pub(super) fn opacities(&mut self, row: u32) -> impl ExactSizeIterator<Item = u8> + '_ {
        self.read_luma(row);
        self.luma.iter().map(|&value| self.conversion.luma(value))
    }

    fn read_luma(&mut self, row: u32) {
        let (left, top) = self.picture.origin();
        self.picture
            .copy_samples(0, top + row as usize, left, &mut self.luma);
    }

    fn read_chroma(&mut self, row: u32) {
        let (across, down) = match self.subsampling {
            Subsampling::Monochrome => return,
            Subsampling::None => (1, 1),
            Subsampling::Across => (2, 1),
            Subsampling::Both => (2, 2),
        };
        let (left, top) = self.picture.origin();
        let row = (top + row as usize) / down;
        if self.chroma_row.replace(row) == Some(row) {
            return;
        }
        let first = left / across;
        for (plane, buffer) in [(1, &mut self.blue), (2, &mut self.red)] {
            if across == 1 {
                self.picture.copy_samples(plane, row, first, buffer);
                continue;
            }
            let last = (left + buffer.len()).div_ceil(across);
            self.shared.resize(last - first, 0);
            self.picture
                .copy_samples(plane, row, first, &mut self.shared);
            let spread = self.shared.iter().flat_map(|&sample| [sample; 2]);
            for (place, sample) in buffer.iter_mut().zip(spread.skip(left % across)) {
                *place = sample;
            }
        }
    }
}
