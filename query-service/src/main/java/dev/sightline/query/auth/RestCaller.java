package dev.sightline.query.auth;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.control.v1.Access;
import dev.sightline.query.auth.SignedInUsers.SignedInUser;
import dev.sightline.query.control.ControlData;
import dev.sightline.query.control.Membership;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;

/**
 * Who sent this HTTP request, and which project it is about: the API key of its Authorization header, else the session
 * cookie with the project named by the header {@value #PROJECT_HEADER} or the parameter {@code project}.
 */
@RequestScoped
public class RestCaller {
    public static final String PROJECT_HEADER = "X-Sightline-Project";

    private final HttpHeaders headers;
    private final UriInfo uri;
    private final ApiKeyLookup keys;
    private final SessionCookie cookies;
    private final SignedInUsers users;
    private final ControlData control;

    RestCaller(HttpHeaders headers, UriInfo uri, ApiKeyLookup keys, SessionCookie cookies, SignedInUsers users,
            ControlData control) {
        this.headers = headers;
        this.uri = uri;
        this.keys = keys;
        this.cookies = cookies;
        this.users = users;
        this.control = control;
    }

    /**
     * The project this caller may read. Throws UNAUTHENTICATED, PERMISSION_DENIED for a key without its secret, and
     * NOT_FOUND for a project that is not the caller's, whether it exists or not.
     */
    public ProjectScope project() {
        String authorization = headers.getHeaderString(HttpHeaders.AUTHORIZATION);
        Optional<String> named = namedProject();
        if (authorization != null) {
            ProjectScope scope = ofKey(keys, Credentials.parse(authorization));
            if (named.isPresent() && !named.get().equals(scope.projectId())) {
                throw noProject();
            }
            return scope;
        }
        SignedInUser user = user();
        String projectId = named.orElseThrow(() -> ServiceException.invalid(PROJECT_HEADER,
                "name the project by this header or by the parameter 'project'"));
        if (!user.maySee(projectId)) {
            throw noProject();
        }
        return new ProjectScope(projectId);
    }

    /**
     * The project whose settings this caller may change: a key's own, or one in whose organization the signed-in user
     * is an owner or an admin. Throws as {@link #project}, and PERMISSION_DENIED for other members.
     */
    public ProjectScope projectToManage() {
        return toManage(project());
    }

    /** The same for a project that the path names. */
    public ProjectScope projectToManage(String projectId) {
        if (hasKey()) {
            ProjectScope own = project();
            if (!own.projectId().equals(projectId)) {
                throw noProject();
            }
            return own;
        }
        if (!user().maySee(projectId)) {
            throw noProject();
        }
        return toManage(new ProjectScope(projectId));
    }

    private ProjectScope toManage(ProjectScope scope) {
        if (!hasKey()) {
            Membership.Role role = control.role(user().user().id, scope.projectId()).orElseThrow(RestCaller::noProject);
            if (role != Membership.Role.OWNER && role != Membership.Role.ADMIN) {
                throw ServiceException.of(ErrorCode.PERMISSION_DENIED,
                        "only owners and admins of the organization may change a project");
            }
        }
        return scope;
    }

    /**
     * The person who is signed in, where a key will not do: a leaked key must not make other keys or see people.
     * Throws UNAUTHENTICATED, and PERMISSION_DENIED for a good API key.
     */
    public SignedInUser person() {
        if (headers.getHeaderString(HttpHeaders.AUTHORIZATION) != null) {
            project();
            throw ServiceException.of(ErrorCode.PERMISSION_DENIED, "an API key may not do this; sign in");
        }
        return user();
    }

    /** Whether an API key is sent; it may still be a wrong one. */
    public boolean hasKey() {
        return headers.getHeaderString(HttpHeaders.AUTHORIZATION) != null;
    }

    /** The public half of the API key that is sent, or the signed-in user's id: who did it. */
    public String actor() {
        String authorization = headers.getHeaderString(HttpHeaders.AUTHORIZATION);
        return authorization != null ? Credentials.parse(authorization).publicKey() : user().user().id.toString();
    }

    /**
     * The project in which this caller may score, comment and change what all share, such as dashboards: a key's own, or
     * one that the signed-in user is more than a viewer of. Throws as {@link #project}, and PERMISSION_DENIED for viewers.
     */
    public ProjectScope projectToAnnotate() {
        ProjectScope scope = project();
        if (signedIn().isPresent() && control.role(user().user().id, scope.projectId())
                .orElseThrow(RestCaller::noProject) == Membership.Role.VIEWER) {
            throw ServiceException.of(ErrorCode.PERMISSION_DENIED, "viewers may read only");
        }
        return scope;
    }

    /** Who is signed in, where that is what the request goes by; empty for a request with an API key. */
    public Optional<SignedInUser> signedIn() {
        return headers.getHeaderString(HttpHeaders.AUTHORIZATION) == null ? Optional.of(user()) : Optional.empty();
    }

    /** Who is signed in by the session cookie. Throws UNAUTHENTICATED. */
    public SignedInUser user() {
        Cookie cookie = headers.getCookies().get(SessionCookie.NAME);
        return Optional.ofNullable(cookie)
                .flatMap(sent -> cookies.begun(sent.getValue()))
                .flatMap(begun -> users.of(begun.userId())
                        .filter(found -> !begun.at().isBefore(found.user().sessionsSince)))
                .orElseThrow(() -> ServiceException.of(ErrorCode.UNAUTHENTICATED,
                        "send an API key as 'Authorization: Basic base64(public:secret)', or sign in"));
    }

    static ProjectScope ofKey(ApiKeyLookup keys, Credentials credentials) {
        ApiKeyLookup.KeyAccess key = keys.resolve(credentials.publicKey(), credentials.secretKey())
                .orElseThrow(() -> ServiceException.of(ErrorCode.UNAUTHENTICATED,
                        "the API key is unknown, has expired, or its secret is wrong"));
        if (key.access() != Access.FULL) {
            throw ServiceException.of(ErrorCode.PERMISSION_DENIED,
                    "a public key alone may only send scores; reading needs the secret key too");
        }
        return new ProjectScope(key.projectId());
    }

    private Optional<String> namedProject() {
        String header = headers.getHeaderString(PROJECT_HEADER);
        return Optional.ofNullable(header != null ? header : uri.getQueryParameters().getFirst("project"))
                .filter(id -> !id.isBlank());
    }

    private static ServiceException noProject() {
        return ServiceException.of(ErrorCode.NOT_FOUND, "you have no such project");
    }
}
