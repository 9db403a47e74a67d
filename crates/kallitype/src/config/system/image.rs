//! The pictures that are made of pictures.

use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{section, whole};
use kallitype_web::fields::Fields;
use kallitype_web::{request, wire_enum};

wire_enum! {
    /// The format of a picture made for clients.
    pub enum ImageFormat as "ImageFormat" {
        Jpeg = "jpeg",
        Webp = "webp",
    }
}

wire_enum! {
    /// The colours of pictures made for clients.
    pub enum Colorspace as "Colorspace" {
        Srgb = "srgb",
        P3 = "p3",
    }
}

request! {
    #[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SystemConfigImageDto {
        thumbnail: SystemConfigGeneratedImageDto = with(section),
        preview: SystemConfigGeneratedImageDto = with(section),
        fullsize: SystemConfigGeneratedFullsizeImageDto = with(section),
        colorspace: Colorspace = required_enumeration(),
        extract_embedded: bool = required_boolean(),
    }
}

impl Default for SystemConfigImageDto {
    fn default() -> Self {
        Self {
            thumbnail: SystemConfigGeneratedImageDto {
                format: ImageFormat::Webp,
                size: 250,
                quality: 80,
            },
            preview: SystemConfigGeneratedImageDto::default(),
            fullsize: SystemConfigGeneratedFullsizeImageDto::default(),
            colorspace: Colorspace::Srgb,
            extract_embedded: true,
        }
    }
}

request! {
    #[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
    pub(crate) struct SystemConfigGeneratedImageDto {
        format: ImageFormat = required_enumeration(),
        #[schema(value_type = i32, minimum = 1, maximum = 100)]
        quality: u8 = with(quality),
        #[schema(value_type = i32, minimum = 1)]
        size: u32 = with(size),
    }
}

impl Default for SystemConfigGeneratedImageDto {
    fn default() -> Self {
        Self {
            format: ImageFormat::Jpeg,
            size: 1440,
            quality: 80,
        }
    }
}

request! {
    /// A picture of full size, of what browsers cannot show.
    #[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
    pub(crate) struct SystemConfigGeneratedFullsizeImageDto {
        enabled: bool = required_boolean(),
        format: ImageFormat = required_enumeration(),
        #[schema(value_type = i32, minimum = 1, maximum = 100)]
        quality: u8 = with(quality),
    }
}

impl Default for SystemConfigGeneratedFullsizeImageDto {
    fn default() -> Self {
        Self {
            enabled: true,
            format: ImageFormat::Jpeg,
            quality: 85,
        }
    }
}

fn quality(fields: &Fields<'_>, name: &str) -> u8 {
    whole(fields, name, 1, 100)
}

/// The smallest and the largest pictures that are made, in pixels of an edge.
const MIN_SIZE: i64 = 16;
const MAX_SIZE: i64 = 16_383;

fn size(fields: &Fields<'_>, name: &str) -> u32 {
    whole(fields, name, MIN_SIZE, MAX_SIZE)
}
