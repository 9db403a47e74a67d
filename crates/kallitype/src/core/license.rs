//! Licences that someone holds for Immich. Nobody is asked whether they are good: nothing depends on them here.

use serde::Serialize;
use utoipa::ToSchema;

use crate::core::accounts::user::UserLicense;
use kallitype_web::fields::Fields;
use kallitype_web::request;
use kallitype_web::time::{Time, now};

request! {
    /// A licence as it is entered.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct LicenseKeyDto {
        activation_key: String = limited(MAX_ACTIVATION_KEY, Fields::required_text),
        #[schema(pattern = r"/IM(SV|CL)(-[\dA-Za-z]{4}){8}/")]
        license_key: String = with(license_key),
    }
}

/// The longest activation key, in characters.
const MAX_ACTIVATION_KEY: usize = 4096;

fn license_key(fields: &Fields<'_>, name: &str) -> String {
    let key = fields.required_text(name);
    if !is_license_key(&key) {
        fields.refuse(
            name,
            r"must match /^IM(SV|CL)(-[\dA-Za-z]{4}){8}$/ regular expression",
        );
    }
    key
}

/// `IMSV` or `IMCL`, and eight groups of four letters or digits.
pub(crate) fn is_license_key(text: &str) -> bool {
    let mut groups = text.split('-');
    let is_group =
        |group: &str| group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_alphanumeric());
    matches!(groups.next(), Some("IMSV" | "IMCL"))
        && groups.clone().count() == 8
        && groups.all(is_group)
}

impl LicenseKeyDto {
    /// The licence, from now on.
    #[must_use]
    pub(crate) fn into_license(self) -> UserLicense {
        UserLicense {
            activated_at: Time(now()),
            activation_key: self.activation_key,
            license_key: self.license_key,
        }
    }
}

/// A licence as it is kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LicenseResponseDto {
    #[schema(value_type = String, format = DateTime)]
    pub activated_at: Time,
    pub activation_key: String,
    #[schema(pattern = r"/IM(SV|CL)(-[\dA-Za-z]{4}){8}/")]
    pub license_key: String,
}

impl From<UserLicense> for LicenseResponseDto {
    fn from(license: UserLicense) -> Self {
        Self {
            activated_at: license.activated_at,
            activation_key: license.activation_key,
            license_key: license.license_key,
        }
    }
}
