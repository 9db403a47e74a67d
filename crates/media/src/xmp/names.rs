//! The names of XMP that are read and written here.

use quick_xml::name::{Namespace, ResolveResult};

pub(super) const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
/// What the prefix `xml` always means.
const XML: &str = "http://www.w3.org/XML/1998/namespace";
pub(super) const XMP: &str = "http://ns.adobe.com/xap/1.0/";
pub(super) const DUBLIN_CORE: &str = "http://purl.org/dc/elements/1.1/";
pub(super) const EXIF: &str = "http://ns.adobe.com/exif/1.0/";
pub(super) const PHOTOSHOP: &str = "http://ns.adobe.com/photoshop/1.0/";
pub(super) const LIGHTROOM: &str = "http://ns.adobe.com/lightroom/1.0/";
pub(super) const DIGIKAM: &str = "http://www.digikam.org/ns/1.0/";
const PDF: &str = "http://ns.adobe.com/pdf/1.3/";
const EXIF_EXTENSION: &str = "http://cipa.jp/exif/1.0/";
const LENS: &str = "http://ns.adobe.com/exif/1.0/aux/";
/// Regions as the Metadata Working Group has them, and what they consist of.
pub(super) const REGIONS: &str = "http://www.metadataworkinggroup.com/schemas/regions/";
pub(super) const AREA: &str = "http://ns.adobe.com/xmp/sType/Area#";
pub(super) const DIMENSIONS: &str = "http://ns.adobe.com/xap/1.0/sType/Dimensions#";
/// Regions as Microsoft had them.
pub(super) const MICROSOFT: &str = "http://ns.microsoft.com/photo/1.2/";
pub(super) const MICROSOFT_REGIONS: &str = "http://ns.microsoft.com/photo/1.2/t/RegionInfo#";
pub(super) const MICROSOFT_REGION: &str = "http://ns.microsoft.com/photo/1.2/t/Region#";
/// This program's own.
pub(super) const OWN: &str = "urn:kallitype:xmp:1.0";
pub(super) const TIFF: &str = "http://ns.adobe.com/tiff/1.0/";
const PANORAMA: &str = "http://ns.google.com/photos/1.0/panorama/";
const CAMERA: &str = "http://ns.google.com/photos/1.0/camera/";
const CONTAINER: &str = "http://ns.google.com/photos/1.0/container/";
const ITEM: &str = "http://ns.google.com/photos/1.0/container/item/";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Property {
    Rating,
    CreateDate,
    Description,
    Subject,
    DateCreated,
    DateTimeOriginal,
    DateTimeDigitized,
    CreationDate,
    GpsTimeStamp,
    Latitude,
    LatitudeRef,
    Longitude,
    LongitudeRef,
    ExposureTime,
    FNumber,
    FocalLength,
    Sensitivity,
    Make,
    Model,
    Orientation,
    LensModel,
    Lens,
    HierarchicalSubject,
    TagsList,
    ProjectionType,
    MotionPhoto,
    MicroVideo,
    MicroVideoOffset,
    BurstId,
    TimeZone,
    Directory,
}

const PROPERTIES: &[(&str, &str, Property)] = &[
    (XMP, "Rating", Property::Rating),
    (XMP, "CreateDate", Property::CreateDate),
    (DUBLIN_CORE, "description", Property::Description),
    (DUBLIN_CORE, "subject", Property::Subject),
    (PHOTOSHOP, "DateCreated", Property::DateCreated),
    (EXIF, "DateTimeOriginal", Property::DateTimeOriginal),
    (EXIF, "DateTimeDigitized", Property::DateTimeDigitized),
    (PDF, "CreationDate", Property::CreationDate),
    (EXIF, "GPSTimeStamp", Property::GpsTimeStamp),
    (EXIF, "GPSLatitude", Property::Latitude),
    (EXIF, "GPSLatitudeRef", Property::LatitudeRef),
    (EXIF, "GPSLongitude", Property::Longitude),
    (EXIF, "GPSLongitudeRef", Property::LongitudeRef),
    (EXIF, "ExposureTime", Property::ExposureTime),
    (EXIF, "FNumber", Property::FNumber),
    (EXIF, "FocalLength", Property::FocalLength),
    (EXIF, "ISOSpeedRatings", Property::Sensitivity),
    (
        EXIF_EXTENSION,
        "PhotographicSensitivity",
        Property::Sensitivity,
    ),
    (EXIF_EXTENSION, "LensModel", Property::LensModel),
    (LENS, "Lens", Property::Lens),
    (TIFF, "Make", Property::Make),
    (TIFF, "Model", Property::Model),
    (TIFF, "Orientation", Property::Orientation),
    (
        LIGHTROOM,
        "hierarchicalSubject",
        Property::HierarchicalSubject,
    ),
    (DIGIKAM, "TagsList", Property::TagsList),
    (PANORAMA, "ProjectionType", Property::ProjectionType),
    (CAMERA, "MotionPhoto", Property::MotionPhoto),
    (CAMERA, "MicroVideo", Property::MicroVideo),
    (CAMERA, "MicroVideoOffset", Property::MicroVideoOffset),
    (CAMERA, "BurstID", Property::BurstId),
    (OWN, "TimeZone", Property::TimeZone),
    (CONTAINER, "Directory", Property::Directory),
];

/// The property of that name, if it is one of those read here.
pub(super) fn property(namespace: &ResolveResult, name: &str) -> Option<Property> {
    let namespace = bound(namespace)?;
    PROPERTIES
        .iter()
        .find(|(known, local, _)| *known == namespace && *local == name)
        .map(|&(_, _, property)| property)
}

/// Whether a name was resolved to this namespace.
pub(super) fn is(namespace: &ResolveResult, wanted: &str) -> bool {
    bound(namespace) == Some(wanted)
}

pub(super) fn is_rdf(namespace: &ResolveResult, name: &str, wanted: &str) -> bool {
    bound(namespace) == Some(RDF) && name == wanted
}

/// Whether an attribute says the language of a text.
pub(super) fn is_language(namespace: &ResolveResult, name: &str) -> bool {
    bound(namespace) == Some(XML) && name == "lang"
}

/// Whether something belongs to an entry of a container's directory.
pub(super) fn is_item(namespace: &ResolveResult) -> bool {
    bound(namespace) == Some(ITEM)
}

fn bound<'a>(namespace: &ResolveResult<'a>) -> Option<&'a str> {
    match namespace {
        ResolveResult::Bound(Namespace(namespace)) => Some(namespace),
        _ => None,
    }
}
