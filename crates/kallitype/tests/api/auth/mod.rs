mod change_password;
mod get_auth_status;
mod login;
mod logout;
mod pin_code;
mod session_lock;
mod sign_up_admin;
mod validate_access_token;
