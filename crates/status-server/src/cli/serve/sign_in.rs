//! Who signs people in, as it is given.

use std::{env, fs, net::SocketAddr, path::PathBuf};

use clap::Args;

use super::Failure;
use crate::{
    api::App,
    sign_in::{ClientId, ClientSecret, Issuer, OpenId, RoleRule, Roles, Scope, Settings},
};

/// The variable that may hold the secret; no flag may, since every user of a machine reads those.
const SECRET: &str = "TRADE_STATUS_OIDC_CLIENT_SECRET";

#[derive(Args)]
#[expect(
    clippy::struct_field_names,
    reason = "a field's name is the flag's, and these stand among those of everything else"
)]
#[command(next_help_heading = "Sign-in (OpenID Connect)")]
pub(super) struct SignInArguments {
    /// The identity provider that signs people in, as in
    /// `https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc`. It has to know the address
    /// `PUBLIC_URL/sign-in/callback` and, for signing out, `PUBLIC_URL/`
    #[arg(
        long,
        value_name = "URL",
        env = "TRADE_STATUS_OIDC_ISSUER",
        requires_all = ["access", "oidc_client_id", "oidc_role"]
    )]
    oidc_issuer: Option<Issuer>,
    /// Who this server is to the identity provider
    #[arg(
        long,
        value_name = "ID",
        env = "TRADE_STATUS_OIDC_CLIENT_ID",
        requires = "oidc_issuer"
    )]
    oidc_client_id: Option<String>,
    /// The file that has the secret of this client. Instead of it, the variable
    /// `TRADE_STATUS_OIDC_CLIENT_SECRET` may hold the secret. None where the provider gives none
    #[arg(
        long,
        value_name = "FILE",
        env = "TRADE_STATUS_OIDC_CLIENT_SECRET_FILE",
        requires = "oidc_issuer"
    )]
    oidc_client_secret_file: Option<PathBuf>,
    /// What is asked of the provider beside `openid`, with blanks between
    #[arg(
        long,
        value_name = "SCOPES",
        env = "TRADE_STATUS_OIDC_SCOPES",
        default_value = "profile"
    )]
    oidc_scopes: String,
    /// The claim of the ID token that gives roles, a text or a list of texts. A dot leads into an
    /// object, as in `realm_access.roles`
    #[arg(
        long,
        value_name = "CLAIM",
        env = "TRADE_STATUS_OIDC_ROLE_CLAIM",
        default_value = "cognito:groups"
    )]
    oidc_role_claim: String,
    /// A value of that claim, and the role that it gives: viewer or operator, as in
    /// `trade-support=viewer`; may be given several times. Nobody without such a value gets in
    #[arg(
        long,
        value_name = "VALUE=ROLE",
        env = "TRADE_STATUS_OIDC_ROLES",
        value_delimiter = ',',
        requires = "oidc_issuer"
    )]
    oidc_role: Vec<RoleRule>,
}

impl SignInArguments {
    /// The app in which people sign in as they say; the same where they name no provider.
    pub(super) fn join(self, app: App, address: SocketAddr) -> Result<App, Failure> {
        let (Some(issuer), Some(client_id)) = (self.oidc_issuer, self.oidc_client_id) else {
            return Ok(app);
        };
        // The command line has seen to it that there is one.
        let Some(register) = app.gate.register() else {
            return Ok(app);
        };
        let public_url = if let Some(url) = &app.gate.public_url {
            url.clone()
        } else {
            let scheme = if app.gate.is_https { "https" } else { "http" };
            let here = format!("{scheme}://{address}").parse();
            here.map_err(|_| Failure::NoPublicUrl)?
        };
        let scopes = self.oidc_scopes.split_ascii_whitespace();
        let scopes = scopes.filter(|scope| *scope != "openid");
        let settings = Settings {
            issuer,
            client_id: ClientId::new(client_id),
            client_secret: secret(self.oidc_client_secret_file)?,
            scopes: scopes.map(|scope| Scope::new(scope.to_owned())).collect(),
            roles: Roles {
                claim: self.oidc_role_claim,
                rules: self.oidc_role,
            },
            public_url,
        };
        let sign_in = OpenId::new(settings, register.key().clone()).map_err(Failure::SignIn)?;
        // It ends with the program.
        tokio::spawn(sign_in.clone().meet());
        Ok(app.signing_in(sign_in))
    }
}

fn secret(file: Option<PathBuf>) -> Result<Option<ClientSecret>, Failure> {
    let text = match file {
        Some(file) => {
            let read = fs::read_to_string(&file).map_err(|source| Failure::Input {
                name: file.display().to_string(),
                source,
            });
            Some(read?)
        }
        None => env::var(SECRET).ok(),
    };
    let text = text.as_deref().map(str::trim);
    let text = text.filter(|text| !text.is_empty());
    Ok(text.map(|text| ClientSecret::new(text.to_owned())))
}
