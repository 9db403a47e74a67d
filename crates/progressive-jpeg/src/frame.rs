use crate::size::Size;

/// Pixels of a block's side.
pub(crate) const BLOCK_SIDE: u32 = 8;
/// No progressive frame has more.
const MAX_COMPONENTS: usize = 4;
pub(crate) const ONE: Size = Size {
    width: 1,
    height: 1,
};

/// How a picture is divided into blocks.
pub(crate) struct Frame {
    pub size: Size,
    pub components: Vec<Component>,
}

/// A colour, or what stands for it.
pub(crate) struct Component {
    pub identifier: u8,
    /// How many blocks of it stand side by side in a unit of the frame, and one above the other.
    pub sampling: Size,
    /// How many times as wide and as high its samples are as those of the component that has most.
    pub spread: Size,
    /// The number of its table.
    pub quantisation: usize,
    /// How many blocks cover the picture.
    pub blocks: Size,
}

impl Frame {
    /// From the content of the segment that starts it. `None` if it is unsound or unusual.
    pub(crate) fn read(content: &[u8]) -> Option<Self> {
        let (&[precision, h0, h1, w0, w1, count], rest) = content.split_first_chunk()?;
        let size = Size {
            width: u16::from_be_bytes([w0, w1]).into(),
            height: u16::from_be_bytes([h0, h1]).into(),
        };
        let components: Vec<_> = rest.as_chunks().0.iter().map(Component::read).collect();
        let is_usual = precision == 8
            && size.area() > 0
            && components.len() == usize::from(count)
            && components.len() <= MAX_COMPONENTS;
        let mut frame = Self { size, components };
        let max_sampling = frame.max_sampling()?;
        for component in &mut frame.components {
            component.lay_out(size, max_sampling)?;
        }
        is_usual.then_some(frame)
    }

    fn max_sampling(&self) -> Option<Size> {
        let samplings = || self.components.iter().map(|component| component.sampling);
        Some(Size {
            width: samplings().map(|sampling| sampling.width).max()?,
            height: samplings().map(|sampling| sampling.height).max()?,
        })
    }

    /// Whether there is one sample of each difference of colours for four of brightness.
    pub(crate) fn has_quartered_chroma(&self) -> bool {
        let spreads = self.components.iter().map(|component| component.spread);
        spreads
            .map(|spread| (spread.width, spread.height))
            .eq([(1, 1), (2, 2), (2, 2)])
    }

    /// How many units there are that hold blocks of every component.
    pub(crate) fn units(&self) -> Option<Size> {
        let max_sampling = self.max_sampling()?;
        Some(Size {
            width: self.size.width.div_ceil(BLOCK_SIDE * max_sampling.width),
            height: self.size.height.div_ceil(BLOCK_SIDE * max_sampling.height),
        })
    }

    /// Bytes of all coefficients.
    pub(crate) fn coefficient_bytes(&self) -> u64 {
        let blocks = self.components.iter().map(|component| component.blocks);
        let coefficients = u64::from(BLOCK_SIDE * BLOCK_SIDE);
        blocks.map(Size::area).sum::<u64>() * coefficients * size_of::<i16>() as u64
    }
}

impl Component {
    /// What a frame says of it. The rest follows from all components together.
    fn read(&[identifier, sampling, quantisation]: &[u8; 3]) -> Self {
        Self {
            identifier,
            sampling: Size {
                width: u32::from(sampling >> 4),
                height: u32::from(sampling & 15),
            },
            spread: ONE,
            quantisation: quantisation.into(),
            blocks: ONE,
        }
    }

    /// `None` if its samples do not cover whole numbers of those of others.
    fn lay_out(&mut self, size: Size, max_sampling: Size) -> Option<()> {
        let (across, down) = (self.sampling.width, self.sampling.height);
        let is_usual = (1..=4).contains(&across)
            && (1..=4).contains(&down)
            && max_sampling.width.is_multiple_of(across)
            && max_sampling.height.is_multiple_of(down);
        self.spread = Size {
            width: max_sampling.width.checked_div(across)?,
            height: max_sampling.height.checked_div(down)?,
        };
        self.blocks = Size {
            width: size.width.div_ceil(BLOCK_SIDE * self.spread.width),
            height: size.height.div_ceil(BLOCK_SIDE * self.spread.height),
        };
        is_usual.then_some(())
    }
}
