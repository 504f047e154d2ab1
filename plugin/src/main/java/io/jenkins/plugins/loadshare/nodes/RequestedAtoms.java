package io.jenkins.plugins.loadshare.nodes;

import hudson.model.Label;
import hudson.model.labels.LabelAtom;
import hudson.model.labels.LabelExpression.And;
import hudson.model.labels.LabelExpression.Iff;
import hudson.model.labels.LabelExpression.Implies;
import hudson.model.labels.LabelExpression.Not;
import hudson.model.labels.LabelExpression.Or;
import hudson.model.labels.LabelExpression.Paren;
import hudson.model.labels.LabelVisitor;
import java.util.HashSet;
import java.util.Set;

/**
 * Collects the names of the atoms that a label expression requests: the atom itself, both sides of {@code &&} and of
 * {@code ||}, but nothing below {@code !}, {@code ->} and {@code <->}.
 */
final class RequestedAtoms extends LabelVisitor<Void, Set<String>> {

    private static final RequestedAtoms VISITOR = new RequestedAtoms();

    private RequestedAtoms() {}

    static Set<String> of(Label label) {
        Set<String> names = new HashSet<>();
        label.accept(VISITOR, names);
        return names;
    }

    @Override
    public Void onAtom(LabelAtom atom, Set<String> names) {
        names.add(atom.getName());
        return null;
    }

    @Override
    public Void onParen(Paren paren, Set<String> names) {
        return paren.base.accept(this, names);
    }

    @Override
    public Void onAnd(And and, Set<String> names) {
        and.lhs.accept(this, names);
        return and.rhs.accept(this, names);
    }

    @Override
    public Void onOr(Or or, Set<String> names) {
        or.lhs.accept(this, names);
        return or.rhs.accept(this, names);
    }

    @Override
    public Void onNot(Not not, Set<String> names) {
        return null;
    }

    @Override
    public Void onIff(Iff iff, Set<String> names) {
        return null;
    }

    @Override
    public Void onImplies(Implies implies, Set<String> names) {
        return null;
    }
}
