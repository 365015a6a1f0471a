"""Ideas of habitants for small street improvements: for whoever has one, whoever reads them, and
the services that check and cost them. An idea is filed all year, with or without an édition; what
is asked of the services, what they answer and why stands on its page. When it is costed it becomes
a project, alone or with others, which an édition may put on its ballot."""
