//! `kallitype admin`: accounts, from the server's own machine. Works while the server runs.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::app::live_config;
use crate::app::password;
use crate::commands::{CommandError, block_on};
use crate::config::Settings;
use crate::core::accounts::sign_in;
use crate::core::accounts::sign_in::NewAccount;
use crate::core::choices::UserStatus;
use crate::core::notifications::events;
use crate::integrity::journal;
use crate::mail::PostOptions;
use kallitype_db::{Database, DatabaseError};
use kallitype_web::fields::MAX_NAME;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make an account
    #[command(args_override_self = true)]
    CreateUser(Box<CreateUser>),
    /// Give an account a new password and sign it out everywhere
    #[command(args_override_self = true)]
    ResetPassword(Box<ResetPassword>),
    /// List the accounts
    #[command(args_override_self = true)]
    ListUsers(Box<Settings>),
}

#[derive(Debug, Args)]
pub struct CreateUser {
    #[command(flatten)]
    settings: Settings,
    /// The e-mail address to sign in with
    #[arg(long)]
    email: String,
    /// The name that others see
    #[arg(long, value_parser = parse_name)]
    name: String,
    /// Whether the account may administrate the server
    #[arg(long)]
    admin: bool,
    /// Bytes the account may keep [default: no limit]
    #[arg(long)]
    quota_bytes: Option<u64>,
    /// Whether the account is told of, with its password, by mail
    #[arg(long)]
    notify: bool,
}

#[derive(Debug, Args)]
pub struct ResetPassword {
    #[command(flatten)]
    settings: Settings,
    /// The account's e-mail address
    #[arg(long)]
    email: String,
}

/// The shortest password that is taken, in characters.
const MIN_PASSWORD: usize = 8;

/// # Errors
/// When the database cannot be opened or the account cannot be made or found.
pub fn run(command: Command) -> Result<ExitCode, CommandError> {
    match command {
        Command::CreateUser(options) => block_on(create_user(*options)),
        Command::ResetPassword(options) => block_on(reset_password(*options)),
        Command::ListUsers(settings) => block_on(list_users(*settings)),
    }
}

/// The database, which has to be there already and up to date.
async fn open(settings: &Settings) -> Result<Database, CommandError> {
    let database = settings.database();
    if database.is_embedded() && !database.file.exists() {
        return Err(format!(
            "{} does not exist: run `kallitype serve` once first",
            database.file.display()
        )
        .into());
    }
    let opening = tokio::task::spawn_blocking(move || {
        let db = Database::open(&database)?;
        db.migrate(&database)?;
        Ok::<_, DatabaseError>(db)
    });
    let db = opening.await??;
    journal::count_beyond(&db, settings.media()).await?;
    Ok(db)
}

/// A name that is not longer than one may be.
fn parse_name(name: &str) -> Result<String, String> {
    match name.chars().count() <= MAX_NAME {
        true => Ok(name.to_owned()),
        false => Err(format!("a name has at most {MAX_NAME} characters")),
    }
}

/// Whether the server sends mail, as it was told here or is decided in its settings.
async fn post_options(db: &Database, settings: &Settings) -> Result<PostOptions, CommandError> {
    let config = live_config::read_document(db, &[]).await?;
    let mut smtp = config.notifications.smtp;
    if let Some(host) = &settings.mail.smtp_host {
        smtp.enabled = !host.is_empty();
    }
    Ok(PostOptions::new(&smtp, &settings.mail))
}

async fn create_user(options: CreateUser) -> Result<ExitCode, CommandError> {
    let db = open(&options.settings).await?;
    let mail = post_options(&db, &options.settings).await?;
    if options.notify && !mail.is_on {
        return Err("no mail can be sent: there is no mail server in the settings, and --smtp-host is not set".into());
    }
    let password = read_password()?;
    let account = NewAccount {
        email: options.email.trim().to_lowercase(),
        name: options.name,
        password_hash: password::hash_now(&password)?,
        is_admin: options.admin,
        should_change_password: true,
        quota_bytes: options.quota_bytes.map(i64::try_from).transpose()?,
    };
    let email = account.email.clone();
    let made = db
        .write(move |connection| {
            let id = sign_in::create_account(connection, &account)?;
            if options.notify {
                events::account_created(connection, mail, id, Some(&password))?;
            }
            Ok(id)
        })
        .await;
    match made {
        Ok(id) => {
            journal::journal_accounts(&db, options.settings.media()).await?;
            println!("{id} {email}");
        }
        Err(DatabaseError::Duplicate) => {
            return Err(format!("there is an account {email} already").into());
        }
        Err(error) => return Err(error.into()),
    }
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn reset_password(options: ResetPassword) -> Result<ExitCode, CommandError> {
    let db = open(&options.settings).await?;
    let email = options.email.trim().to_lowercase();
    let hash = password::hash_now(&read_password()?)?;
    let wanted = email.clone();
    let found = db
        .write(move |connection| sign_in::reset_password(connection, &wanted, &hash))
        .await?;
    found.ok_or_else(|| format!("there is no account {email}"))?;
    journal::journal_accounts(&db, options.settings.media()).await?;
    db.close().await;
    println!("{email} has a new password and is signed out everywhere");
    Ok(ExitCode::SUCCESS)
}

async fn list_users(settings: Settings) -> Result<ExitCode, CommandError> {
    let db = open(&settings).await?;
    let accounts = db.scan(sign_in::list_accounts).await?;
    for account in accounts {
        let role = match account.status {
            UserStatus::Active if account.is_admin => "admin",
            UserStatus::Active => "user",
            gone => gone.name(),
        };
        println!("{} {role} {} {}", account.id, account.email, account.name);
    }
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

/// A password from standard input, so that it stands neither in the history nor in the list of processes.
fn read_password() -> Result<String, CommandError> {
    if std::io::stdin().is_terminal() {
        eprint!("Password (shown as typed): ");
        std::io::stderr().flush()?;
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.chars().count() < MIN_PASSWORD {
        return Err(format!("a password has at least {MIN_PASSWORD} characters").into());
    }
    Ok(password)
}
