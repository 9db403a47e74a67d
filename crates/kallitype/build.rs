//! Builds the program again when the web app was.

fn main() {
    println!("cargo:rerun-if-changed=../../web/build");
}
