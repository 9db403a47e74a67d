use kallitype_db::row;

row! {
    /// What is remembered of a sign-in that was begun.
    #[derive(Debug, Clone)]
    pub(crate) struct Flow {
        /// SHA-256 of the verifier, as base64url.
        pub code_challenge: String,
        /// Whether the client made the challenge, and has to tell the verifier itself.
        pub is_of_client: bool,
        /// What the provider's token has to repeat.
        pub nonce: String,
        /// What the provider is told to come back to.
        pub redirect_uri: String,
    }
}
